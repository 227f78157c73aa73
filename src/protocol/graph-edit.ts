import { isObject, isOneOf, isString, optional, type Shape } from './shape';

/** A change of the drawn file that a person asks for by the graph, by its node ids. */
export type GraphEdit =
  | { readonly type: 'add'; readonly kind: 'namespace' | 'bridge' }
  /** Without `to` the person is asked where the cable leads. */
  | { readonly type: 'connect'; readonly from: string; readonly to?: string }
  | { readonly type: 'rename'; readonly nodeId: string }
  | { readonly type: 'delete'; readonly nodeId: string };

type Of<T extends GraphEdit['type']> = Extract<GraphEdit, { type: T }>;

const shapes: { readonly [T in GraphEdit['type']]: Shape<Of<T>> } = {
  add: isObject<Of<'add'>>({ type: isOneOf('add'), kind: isOneOf('namespace', 'bridge') }),
  connect: isObject<Of<'connect'>>({ type: isOneOf('connect'), from: isString, to: optional(isString) }),
  rename: isObject<Of<'rename'>>({ type: isOneOf('rename'), nodeId: isString }),
  delete: isObject<Of<'delete'>>({ type: isOneOf('delete'), nodeId: isString }),
};

export const isGraphEdit: Shape<GraphEdit> = (value): value is GraphEdit =>
  Object.values(shapes).some((shape) => shape(value));
