import * as l10n from '@vscode/l10n';
import type { Core } from 'cytoscape';
import type { ImageFormat, RenderedImage } from '../src/protocol/image';
import { around, toSvg, type PictureOver } from './svg-export';
import type { Theme } from './theme';

/** Twice the size on the screen at 100 %, so that it can be printed. */
const pngScale = 2;
/** Browsers draw no larger canvas. */
const largestSide = 8000;

/**
 * The whole picture as an image, without what is only of the moment: selection, search.
 *
 * @param over the way of a trace, where one is drawn
 */
export async function renderImage(
  cy: Core,
  theme: Theme,
  format: ImageFormat,
  over?: PictureOver,
): Promise<RenderedImage> {
  try {
    switch (format) {
      case 'svg':
        return { format, data: toSvg(cy, { background: theme.background, measure: measureText, over }) };
      case 'png':
        return { format, data: await base64Of(await pngOf(cy, theme, over)) };
      case 'clipboard':
        await navigator.clipboard.write([new ClipboardItem({ 'image/png': await pngOf(cy, theme, over) })]);
        return { format, data: '' };
    }
  } catch (error) {
    return { format, data: '', error: error instanceof Error ? error.message : String(error) };
  }
}

async function pngOf(cy: Core, theme: Theme, over: PictureOver | undefined): Promise<Blob> {
  const picture = await pictureOf(cy, theme);
  return over === undefined ? picture : await withOver(picture, cy, theme, over);
}

/** Lays what is drawn over the picture on it; where that needs more room, the image has more. */
async function withOver(picture: Blob, cy: Core, theme: Theme, { svg, box }: PictureOver): Promise<Blob> {
  const own = cy.elements().boundingBox({});
  const whole = around(own, box);
  const [image, layer] = await Promise.all([
    createImageBitmap(picture),
    imageOf(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${whole.w}" height="${whole.h}" viewBox="${whole.x1} ${whole.y1} ${whole.w} ${whole.h}">${svg}</svg>`,
    ),
  ]);
  // A picture that would be too large is drawn smaller.
  const scale = image.width / own.w;
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(whole.w * scale);
  canvas.height = Math.ceil(whole.h * scale);
  const drawing = canvas.getContext('2d');
  if (drawing === null) throw new Error(l10n.t`The browser has no canvas to draw the image on.`);
  drawing.fillStyle = theme.background;
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  drawing.drawImage(image, (own.x1 - whole.x1) * scale, (own.y1 - whole.y1) * scale);
  drawing.drawImage(layer, 0, 0, canvas.width, canvas.height);
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error(l10n.t`The image could not be made.`)) : resolve(blob)));
  });
}

async function imageOf(svg: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
  await image.decode();
  return image;
}

function pictureOf(cy: Core, theme: Theme): Promise<Blob> {
  return cy.png({
    output: 'blob-promise',
    full: true,
    scale: pngScale,
    bg: theme.background,
    maxWidth: largestSide,
    maxHeight: largestSide,
  });
}

async function base64Of(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

let context: CanvasRenderingContext2D | null | undefined;

function measureText(text: string, font: string): number {
  context ??= document.createElement('canvas').getContext('2d');
  if (context === null) return text.length * 7;
  context.font = font;
  return context.measureText(text).width;
}
