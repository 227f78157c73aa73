/**
 * The colours and fonts of the picture. They are named once, in theme.css, as `--graph-…` properties made of VS Code's own
 * variables; a canvas cannot use those, so they are read here as plain colours.
 */
export interface Theme {
  readonly background: string;
  readonly card: string;
  readonly cardBorder: string;
  readonly bridge: string;
  readonly bridgeBorder: string;
  readonly openVSwitch: string;
  readonly openVSwitchBorder: string;
  readonly host: string;
  readonly hostBorder: string;
  readonly port: string;
  readonly text: string;
  readonly muted: string;
  readonly focus: string;
  readonly up: string;
  readonly down: string;
  readonly warning: string;
  readonly unknown: string;
  readonly tunnel: string;
  readonly nat: string;
  readonly natFill: string;
  readonly declared: string;
  readonly extra: string;
  readonly different: string;
  readonly uiFont: string;
  readonly monoFont: string;
  /** Pixels of the smallest text. */
  readonly textSize: number;
  readonly highContrast: boolean;
}

const colourNames = {
  background: '--graph-background',
  card: '--graph-card',
  cardBorder: '--graph-card-border',
  bridge: '--graph-bridge',
  bridgeBorder: '--graph-bridge-border',
  openVSwitch: '--graph-openvswitch',
  openVSwitchBorder: '--graph-openvswitch-border',
  host: '--graph-host',
  hostBorder: '--graph-host-border',
  port: '--graph-port',
  text: '--graph-text',
  muted: '--graph-muted',
  focus: '--graph-focus',
  up: '--graph-up',
  down: '--graph-down',
  warning: '--graph-warning',
  unknown: '--graph-unknown',
  tunnel: '--graph-tunnel',
  nat: '--graph-nat',
  natFill: '--graph-nat-fill',
  declared: '--graph-declared',
  extra: '--graph-extra',
  different: '--graph-different',
} as const;

/** Reads the colours as they are now, on the screen or for paper. */
export function readTheme(where: 'screen' | 'print' = 'screen'): Theme {
  const root = document.createElement('div');
  root.hidden = true;
  if (where === 'print') root.className = 'print-colours';
  const probe = document.createElement('span');
  root.append(probe);
  document.body.append(root);
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const pixel = canvas.getContext('2d', { willReadFrequently: true });
  const style = getComputedStyle(root);
  const variable = (name: string): string => style.getPropertyValue(name).trim();

  /** Any CSS colour, painted over the canvas' background, as the opaque colour that is then seen. */
  const seen = (name: string, behind: string | undefined): string => {
    probe.style.color = '';
    probe.style.color = `var(${name})`;
    const colour = getComputedStyle(probe).color;
    if (pixel === null) return colour;
    pixel.fillStyle = behind ?? '#000';
    pixel.fillRect(0, 0, 1, 1);
    pixel.fillStyle = colour;
    pixel.fillRect(0, 0, 1, 1);
    const [red, green, blue] = pixel.getImageData(0, 0, 1, 1).data;
    return `rgb(${red ?? 0}, ${green ?? 0}, ${blue ?? 0})`;
  };
  const background = seen(colourNames.background, undefined);
  const colours = Object.fromEntries(
    Object.entries(colourNames).map(([key, name]) => [key, seen(name, background)]),
  ) as Record<keyof typeof colourNames, string>;
  const fonts = {
    uiFont: fontList(variable('--vscode-font-family'), 'sans-serif'),
    monoFont: fontList(variable('--vscode-editor-font-family'), 'monospace'),
  };
  root.remove();
  return {
    ...colours,
    ...fonts,
    textSize: 12,
    highContrast: where === 'screen' && document.body.matches('.vscode-high-contrast, .vscode-high-contrast-light'),
  };
}

/**
 * A list of fonts in the spelling that Cytoscape takes: it refuses single quotes, which VS Code uses, and anything else
 * unusual. A font of such a name is left out.
 */
export function fontList(families: string, fallback: string): string {
  const taken = families
    .split(',')
    .map((family) => family.trim().replaceAll("'", '"'))
    .filter((family) => /^("[\w -]+"|[\w-]+( [\w-]+)*)$/.test(family));
  return [...taken, fallback].join(', ');
}

/** Calls back when the user changes the theme: VS Code then sets other classes and variables on the page. */
export function onThemeChange(callback: () => void): void {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}
