import type { Core } from 'cytoscape';
import type { ImageFormat, RenderedImage } from '../src/protocol/image';
import { toSvg } from './svg-export';
import type { Theme } from './theme';

/** Twice the size on the screen at 100 %, so that it can be printed. */
const pngScale = 2;
/** Browsers draw no larger canvas. */
const largestSide = 8000;

/** The whole picture as an image, without what is only of the moment: selection, search. */
export async function renderImage(cy: Core, theme: Theme, format: ImageFormat): Promise<RenderedImage> {
  try {
    switch (format) {
      case 'svg':
        return { format, data: toSvg(cy, { background: theme.background, measure: measureText }) };
      case 'png':
        return { format, data: await base64Of(await pngOf(cy, theme)) };
      case 'clipboard':
        await navigator.clipboard.write([new ClipboardItem({ 'image/png': await pngOf(cy, theme) })]);
        return { format, data: '' };
    }
  } catch (error) {
    return { format, data: '', error: error instanceof Error ? error.message : String(error) };
  }
}

function pngOf(cy: Core, theme: Theme): Promise<Blob> {
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
