/** Two namespaces on one bridge, with the parts that a test is about put in. */
export function lab(parts: {
  earth?: string;
  mars?: string;
  bridge?: string;
  links?: string;
  rest?: string;
  marsAddress?: string;
}): string {
  return `name: test
bridges:
  br0: ${parts.bridge ?? '{ addresses: [10.0.0.1/24] }'}
namespaces:
  earth:
    interfaces:
      e0: { addresses: [10.0.0.2/24] }
${parts.earth ?? ''}
  mars:
    interfaces:
      m0: { addresses: [${parts.marsAddress ?? '10.0.0.3/24'}] }
${parts.mars ?? ''}
links:
  - endpoints: [earth:e0, br0:earth-port]
  - endpoints: [mars:m0, br0]
${parts.links ?? ''}
${parts.rest ?? ''}
`;
}
