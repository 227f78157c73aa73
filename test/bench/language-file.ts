/** A topology of `count` namespaces on one bridge, five lines each, as a person would write it. */
export function largeTopology(count: number): string {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const address = (index: number): string => `10.0.${Math.floor(index / 250) + 1}.${(index % 250) + 1}`;
  const namespaces = numbers.map(
    (index) =>
      `  n${index}:\n    interfaces:\n      eth0: { addresses: [${address(index)}/16] }\n` +
      '    routes: [{ to: default, via: 10.0.0.1 }]\n',
  );
  const links = numbers.map((index) => `  - endpoints: [n${index}:eth0, br0]\n`);
  return (
    `name: large\nbridges:\n  br0: { addresses: [10.0.0.1/16] }\nnamespaces:\n${namespaces.join('')}` +
    `links:\n${links.join('')}checks:\n  - { from: n0, ping: n${count - 1} }\n`
  );
}
