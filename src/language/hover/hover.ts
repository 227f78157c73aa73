import * as l10n from '@vscode/l10n';
import { splitEndpoint, splitPort } from '../../topology/endpoints';
import type { YamlPath } from '../../topology/model';
import type { ParsedTopology } from '../../topology/parse';
import type { TextRange } from '../../topology/problem';
import { placeAt } from '../../topology/yaml/source-tree';
import { factsOf } from '../facts';
import { roleOfKey, roleOfValue, type Place, type Role } from '../roles';
import { schemaAt, typesOf } from '../schema';
import { describeAddress } from './addresses';
import { describeCommands } from './commands';
import { liveSubjectAt, type LiveSubject } from './live-subject';
import { paragraphs } from './markdown';
import { describeBridge, describeEndpoint, describeInterface, describeNamespace } from './things';

export interface HoverText {
  readonly range: TextRange;
  /** Markdown. What comes from the file stands in it as inline code or escaped. */
  readonly markdown: string;
  /** What a connected host can say of it: see `describeLive`. */
  readonly live?: LiveSubject;
  /** The host that the file is for. */
  readonly target?: string;
}

/** What stands at an offset: the language's own words explained, and what the file says of its names and addresses. */
export function hoverAt(parsed: ParsedTopology, offset: number): HoverText | undefined {
  const path = parsed.pathAt(offset);
  const place = placeAt(parsed.root, path);
  if (place === undefined || path.length === 0) return undefined;
  const { key, node } = place;
  if (key !== undefined && key.start <= offset && offset <= key.end) {
    const markdown = paragraphs(describeKey(parsed, path), describeCommands(parsed, path));
    return withLive(parsed, path, key, markdown);
  }
  if (node.type !== 'scalar' || node.value === null || node.range.end < offset) return undefined;
  const text = String(node.value);
  const markdown = paragraphs(describeValue(parsed, path, text), explain(path), describeCommands(parsed, path));
  return withLive(parsed, path, node.range, markdown);
}

function withLive(
  { topology }: ParsedTopology,
  path: YamlPath,
  range: TextRange,
  markdown: string,
): HoverText | undefined {
  const live = topology && liveSubjectAt(topology, path);
  if (markdown === '' && live === undefined) return undefined;
  const target = topology?.target;
  return { range, markdown, ...(live !== undefined && { live }), ...(target !== undefined && { target }) };
}

function describeKey(parsed: ParsedTopology, path: YamlPath): string | undefined {
  const name = roleOfKey(path);
  const owner = name?.owner ?? '';
  if (name?.role === 'namespace') return describeNamespace(parsed, owner) ?? explain(path);
  if (name?.role === 'bridge') return describeBridge(parsed, owner) ?? explain(path);
  if (name?.role === 'interface') return describeInterface(parsed, name.namespace, owner) ?? explain(path);
  return explain(path);
}

/** The schema's words on what may stand at a path. */
function explain(path: YamlPath): string | undefined {
  const schema = schemaAt(path);
  if (schema === undefined) return undefined;
  const words = schema.enum ?? (typesOf(schema).includes('boolean') ? ['true', 'false'] : []);
  return paragraphs(
    [schema.title === undefined ? '' : `**${l10n.t(schema.title)}**`, l10n.t(schema.description ?? '')]
      .filter((part) => part !== '')
      .join(': '),
    words.length === 0 ? '' : l10n.t`One of ${words.map((word) => `\`${word}\``).join(', ')}.`,
    schema.default === undefined ? '' : l10n.t`Without it: \`${String(schema.default)}\`.`,
  );
}

function describeValue(parsed: ParsedTopology, path: YamlPath, text: string): string | undefined {
  const place = roleOfValue(path);
  if (place === undefined) return undefined;
  switch (place.role) {
    case 'namespace':
    case 'check-source':
      return describeNamespace(parsed, text);
    case 'endpoint':
      return describeEndpoint(parsed, path.slice(0, 4));
    case 'interface':
      return describeInterface(parsed, place.namespace, text);
    case 'bridge-port':
      return describeInterface(parsed, factsOf(parsed).bridges.get(place.owner ?? ''), text);
    case 'target':
      return describeTarget(parsed, text);
    case 'target-port':
    case 'forward-destination':
      return describeTarget(parsed, splitPort(text)?.target ?? '');
    case 'url':
      return describeTarget(parsed, /^https?:\/\/(?:\[([^\]]+)\]|([^/:?#]+))/.exec(text)?.slice(1).find(Boolean) ?? '');
    default:
      return describeNumbers(parsed, place, text);
  }
}

function describeTarget(parsed: ParsedTopology, text: string): string | undefined {
  const address = describeAddress(text, factsOf(parsed));
  if (address !== undefined) return address;
  const { place, interface: name } = splitEndpoint(text);
  if (name === undefined) return describeNamespace(parsed, place);
  return describeInterface(parsed, place === 'host' ? undefined : place, name);
}

function describeNumbers(parsed: ParsedTopology, { role }: Place<Role>, text: string): string | undefined {
  return role === 'listen' || role === 'ready-port' ? undefined : describeAddress(text, factsOf(parsed));
}
