import type { StylesheetJson } from 'cytoscape';
import type { Theme } from './theme';

export interface StyleOptions {
  /** Addresses on the cables. */
  readonly labels: boolean;
}

/** The picture's look in the theme's colours. State and presence are told by stroke and mark as well as by colour. */
export function buildStyle(theme: Theme, options: StyleOptions): StylesheetJson {
  return [
    // Where an image of the picture is moved, nothing is known of what lies beyond it.
    { selector: 'core', style: { 'outside-texture-bg-opacity': 0 } as never },
    ...textStyles(theme),
    ...boxStyles(theme),
    ...portStyles(theme),
    ...cableStyles(theme, options),
    ...markStyles(theme),
  ];
}

/** What stands over what: the frame, the bridges in it, cables, cards, ports, texts. */
const layer = { frame: 0, bar: 2, arrow: 3, cable: 4, card: 6, inner: 7, port: 8, text: 9 } as const;

function textStyles(theme: Theme): StylesheetJson {
  return [
    {
      selector: '*',
      style: {
        'font-family': theme.uiFont,
        'font-size': theme.textSize,
        color: theme.text,
        'z-index-compare': 'manual',
        'min-zoomed-font-size': 5,
        'overlay-opacity': 0,
      },
    },
    // A box' second line of text, which carries no box of its own.
    {
      selector: '.subtitle',
      style: {
        width: 1,
        height: 1,
        'background-opacity': 0,
        'border-width': 0,
        'z-index': layer.text,
        label: 'data(text)',
        color: theme.muted,
        events: 'no',
        'text-halign': 'right',
        'text-valign': 'center',
        'text-wrap': 'wrap',
        'text-max-width': '2000px',
        'text-justification': 'left',
        'line-height': 1.35,
      },
    },
    { selector: '.subtitle.in-host', style: { 'text-valign': 'bottom' } },
    {
      selector: '.subtitle.in-bar',
      style: { 'text-halign': 'left', 'text-justification': 'right', 'font-family': theme.monoFont, color: theme.text },
    },
  ];
}

function boxStyles(theme: Theme): StylesheetJson {
  const border = theme.highContrast ? 1.5 : 1;
  return [
    {
      selector: '.box',
      style: {
        shape: 'round-rectangle',
        'corner-radius': '6',
        width: 'data(width)' as never,
        height: 'data(height)' as never,
        'border-width': border,
        'border-position': 'inside',
        'background-opacity': 1,
        label: 'data(text)',
        'font-size': theme.textSize + 1,
        'font-weight': 600,
        // From the right edge, so far back that it begins at the left one.
        'text-halign': 'right',
        'text-valign': 'center',
        'text-margin-x': 'data(dx)' as never,
        'text-margin-y': 'data(dy)' as never,
      },
    },
    {
      selector: '.box.card',
      style: { 'background-color': theme.card, 'border-color': theme.cardBorder, 'z-index': layer.card },
    },
    {
      selector: '.box.bar, .box.inner',
      style: {
        'background-color': theme.bridge,
        'border-color': theme.bridgeBorder,
        'border-width': 1.5,
        'corner-radius': '3',
        'z-index': layer.bar,
      },
    },
    // A card that stands for many: as a stack, with another card's edge behind it.
    {
      selector: '.box.group',
      style: { ghost: 'yes', 'ghost-offset-x': 6, 'ghost-offset-y': -6, 'ghost-opacity': 0.55 },
    },
    {
      selector: '.box.inner',
      style: {
        'z-index': layer.inner,
        'font-family': theme.monoFont,
        'font-size': theme.textSize,
        'font-weight': 'normal',
      },
    },
    {
      selector: '.box.openvswitch',
      style: {
        shape: 'cut-rectangle',
        'corner-radius': '7',
        'background-color': theme.openVSwitch,
        'border-color': theme.openVSwitchBorder,
        'border-style': 'double',
        'border-width': 3,
      },
    },
    {
      selector: '.box.host',
      style: {
        'background-color': theme.host,
        'border-color': theme.hostBorder,
        'corner-radius': '8',
        'border-width': 1.5,
        'z-index': layer.frame,
      },
    },
    {
      selector: '.outside',
      style: {
        shape: 'round-rectangle',
        'corner-radius': '17',
        width: 'data(width)' as never,
        height: 'data(height)' as never,
        'background-color': theme.background,
        'border-color': theme.muted,
        'border-width': border,
        label: 'data(text)',
        color: theme.muted,
        'text-valign': 'center',
        'z-index': layer.card,
      },
    },
  ];
}

function portStyles(theme: Theme): StylesheetJson {
  return [
    {
      selector: '.port, .nic, .pill, .socket',
      style: {
        shape: 'round-rectangle',
        'corner-radius': '3',
        width: 'data(width)' as never,
        height: 'data(height)' as never,
        'background-color': theme.port,
        'border-width': 1.5,
        'border-position': 'inside',
        'border-color': theme.unknown,
        label: 'data(text)',
        'font-family': theme.monoFont,
        'text-valign': 'center',
        'text-margin-y': 0.5,
        'z-index': layer.port,
      },
    },
    { selector: '.socket', style: { label: '', 'corner-radius': '1', 'background-color': theme.background } },
    {
      selector: '.pill',
      style: {
        'corner-radius': '12',
        'background-color': theme.natFill,
        'border-color': theme.nat,
        'border-width': 1,
      },
    },
    {
      selector: '.pill.off',
      style: { 'border-style': 'dashed', 'background-opacity': 0, color: theme.muted, 'border-color': theme.muted },
    },
    { selector: '.port.state-up, .nic.state-up, .socket.state-up', style: { 'border-color': theme.up } },
    {
      selector: '.port.state-down, .nic.state-down, .socket.state-down',
      style: { 'border-color': theme.down, 'border-style': 'dashed' },
    },
    {
      selector:
        '.port.state-lower-layer-down, .nic.state-lower-layer-down, .socket.state-lower-layer-down, .port.state-no-carrier, .nic.state-no-carrier, .socket.state-no-carrier',
      style: { 'border-color': theme.warning, 'border-style': 'dashed' },
    },
    { selector: '.box.bar.state-down', style: { 'border-color': theme.down, 'border-style': 'dashed' } },
    { selector: '.box.bar.state-no-carrier', style: { 'border-style': 'dashed' } },
  ];
}

function cableStyles(theme: Theme, { labels }: StyleOptions): StylesheetJson {
  const opacity = labels ? 1 : 0;
  return [
    {
      selector: 'edge',
      style: {
        'curve-style': 'straight',
        width: 2,
        'line-color': theme.unknown,
        'line-cap': 'butt',
        'source-endpoint': 'data(sourceEnd)' as never,
        'target-endpoint': 'data(targetEnd)' as never,
        'z-index': layer.cable,
      },
    },
    {
      selector: 'edge.bent',
      style: {
        'curve-style': 'round-segments' as never,
        'segment-radii': [8],
        'segment-weights': 'data(weights)' as never,
        'segment-distances': 'data(distances)' as never,
        'edge-distances': 'endpoints' as never,
      },
    },
    {
      selector: 'edge.cable',
      style: {
        'source-label': 'data(fromLabel)',
        'target-label': 'data(toLabel)',
        'source-text-offset': 'data(fromOffset)' as never,
        'target-text-offset': 'data(toOffset)' as never,
        'font-family': theme.monoFont,
        'text-background-color': theme.background,
        'text-background-opacity': opacity,
        'text-background-padding': '2px',
        'text-opacity': opacity,
      },
    },
    { selector: 'edge.kind-stacked', style: { width: 1.5, 'target-arrow-shape': 'tee', 'arrow-scale': 1.2 } },
    { selector: 'edge.state-up', style: { 'line-color': theme.up, 'target-arrow-color': theme.up } },
    {
      selector: 'edge.state-down',
      style: {
        'line-color': theme.down,
        'target-arrow-color': theme.down,
        'line-style': 'dashed',
        'line-dash-pattern': [7, 5],
      },
    },
    {
      selector: 'edge.state-lower-layer-down',
      style: { 'line-color': theme.warning, 'line-style': 'dashed', 'line-dash-pattern': [10, 4, 2, 4] },
    },
    {
      selector: 'edge.state-no-carrier',
      style: { 'line-color': theme.warning, 'line-style': 'dashed', 'line-dash-pattern': [3, 3] },
    },
    // A pipe: what passes goes through it, out of everybody's sight.
    {
      selector: 'edge.kind-tunnel',
      style: {
        width: 5,
        'line-color': theme.background,
        'line-outline-width': 3 as never,
        'line-outline-color': theme.tunnel as never,
        label: 'data(name)',
        color: theme.text,
      },
    },
    { selector: 'edge.kind-tunnel.state-down', style: { 'line-outline-color': theme.down as never } },
    { selector: 'edge.kind-uplink', style: { width: 3 } },
    {
      selector: 'edge.flowing',
      style: {
        width: 'data(rateWidth)' as never,
        label: 'data(midRate)',
        'source-label': 'data(fromRate)',
        'source-text-offset': 'data(fromRateOffset)' as never,
        'text-wrap': 'wrap',
        'text-max-width': '400px',
        'line-height': 1.3,
        'text-background-opacity': 1,
        'text-opacity': 1,
      },
    },
    { selector: 'edge.losing', style: { color: theme.warning } },
    {
      selector: 'edge.measure, edge.verdict',
      style: {
        width: 2,
        'curve-style': 'unbundled-bezier',
        'control-point-distances': [-96],
        'control-point-weights': [0.5],
        'line-color': theme.focus,
        'line-style': 'dotted',
        'target-arrow-color': theme.focus,
        'target-arrow-shape': 'triangle',
        'arrow-scale': 0.9,
        label: 'data(label)',
        'text-margin-y': -12,
        'font-family': theme.monoFont,
        'text-background-color': theme.background,
        'text-background-opacity': 1,
        'text-background-padding': '2px',
        'z-index': layer.text,
        events: 'no',
      },
    },
    {
      selector: 'edge.measure.lost, edge.verdict',
      style: {
        'line-color': theme.down,
        'target-arrow-color': theme.down,
        'line-dash-pattern': [7, 5],
        'line-style': 'dashed',
      },
    },
    { selector: 'edge.verdict', style: { color: theme.down } },
    {
      selector: 'edge.verdict.mutual',
      style: { 'source-arrow-color': theme.down, 'source-arrow-shape': 'triangle' },
    },
    {
      selector: 'edge.nat',
      style: {
        width: 1.5,
        'line-color': theme.nat,
        'target-arrow-color': theme.nat,
        'target-arrow-shape': 'triangle',
        'arrow-scale': 0.9,
        'z-index': layer.arrow,
        events: 'no',
      },
    },
    {
      selector: 'edge.nat.off',
      style: {
        'line-color': theme.muted,
        'target-arrow-color': theme.muted,
        'line-style': 'dashed',
        'target-arrow-shape': 'none',
      },
    },
  ];
}

function signStyles(theme: Theme): StylesheetJson {
  const coloured = (selector: string, colour: string) => ({
    selector: `.mark${selector}`,
    style: { color: colour, 'border-color': colour },
  });
  return [
    {
      selector: '.mark',
      style: {
        shape: 'round-rectangle',
        'corner-radius': '9',
        width: 'data(width)' as never,
        height: 17,
        'background-color': theme.background,
        'border-width': 1.5,
        'font-weight': 'bold',
        label: 'data(text)',
        'text-valign': 'center',
        'z-index': layer.port,
      },
    },
    coloured('', theme.warning),
    coloured('.state-down', theme.down),
    coloured('.live', theme.extra),
    coloured('.different', theme.different),
    coloured('.declared', theme.declared),
  ];
}

function markStyles(theme: Theme): StylesheetJson {
  return [
    ...signStyles(theme),
    {
      selector: 'node.declared',
      style: {
        'border-style': 'dashed',
        'border-dash-pattern': [1.5, 3] as never,
        'border-cap': 'round' as never,
        'border-width': 1.5,
        'border-color': theme.declared,
        'background-opacity': 0.35,
      },
    },
    { selector: '.pill.declared', style: { 'border-color': theme.nat } },
    { selector: '.pill.declared.off', style: { 'border-color': theme.muted, 'background-opacity': 0 } },
    { selector: '.box.declared', style: { color: theme.muted } },
    { selector: '.subtitle.declared', style: { 'border-width': 0, 'background-opacity': 0, color: theme.muted } },
    {
      selector: 'edge.declared',
      style: { 'line-style': 'dashed', 'line-dash-pattern': [2, 4], 'line-color': theme.declared },
    },
    { selector: 'edge.declared.state-down', style: { 'line-color': theme.down } },
    {
      selector: '.box.live, .port.live, .nic.live, .pill.live',
      style: {
        'background-image': hatch(theme.extra),
        'background-repeat': 'repeat',
        'background-image-opacity': 0.3,
        'background-clip': 'node',
        'background-width': '8px',
        'background-height': '8px',
        'border-style': 'dashed',
        'border-color': theme.extra,
      },
    },
    { selector: '.socket.live', style: { 'border-style': 'dashed', 'border-color': theme.extra } },
    {
      selector: '.box.different, .port.different, .nic.different, .pill.different',
      style: { 'border-color': theme.different, 'border-width': 2, 'border-style': 'solid' },
    },
    { selector: '.hidden', style: { display: 'none' } },
    { selector: '.dimmed', style: { opacity: theme.highContrast ? 0.5 : 0.35 } },
    { selector: '.hovered', style: { 'border-color': theme.text } },
    { selector: 'edge.hovered', style: { width: 3 } },
    { selector: '.match', style: { 'outline-width': 2, 'outline-color': theme.warning, 'outline-offset': 1 } },
    { selector: 'node.selected', style: { 'outline-width': 2, 'outline-color': theme.focus, 'outline-offset': 2 } },
    { selector: 'node.target', style: { 'outline-width': 3, 'outline-color': theme.focus, 'outline-offset': 1 } },
    { selector: 'node.current', style: { 'outline-width': 2, 'outline-color': theme.focus, 'outline-offset': 2 } },
    {
      selector: 'edge.selected, edge.current',
      style: { width: 4, 'underlay-color': theme.focus, 'underlay-opacity': 0.35, 'underlay-padding': 4 },
    },
  ];
}

/** Diagonal lines, as a tile. An image of the page's own: the policy lets `data:` images through. */
function hatch(colour: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><path d="M-2 2L2 -2M0 8L8 0M6 10L10 6" stroke="${colour}" stroke-width="1.4"/></svg>`;
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}
