import type { PictureOver } from './svg-export';

/** What the page's style says of the parts of a way, in the words that SVG itself has for it. */
const properties = [
  'fill',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'paint-order',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
] as const;

/**
 * The way as a part of an image, which has no style sheet: what the style says stands at each element.
 *
 * @param ground what is drawn, in the coordinates of the picture, as the page shows it
 */
export function wayImage(ground: SVGGElement): PictureOver {
  const { x, y, width, height } = ground.getBBox();
  const copy = ground.cloneNode(true) as SVGGElement;
  copy.removeAttribute('transform');
  const copies = [...copy.querySelectorAll<SVGElement>('*')];
  for (const [index, shown] of [...ground.querySelectorAll<SVGElement>('*')].entries()) {
    const own = copies[index];
    if (own === undefined) continue;
    const style = getComputedStyle(shown);
    own.removeAttribute('class');
    own.removeAttribute('style');
    if (own instanceof SVGGElement || own.closest('mask') !== null) continue;
    for (const name of properties) own.setAttribute(name, style.getPropertyValue(name));
  }
  return { svg: new XMLSerializer().serializeToString(copy), box: { x, y, w: width, h: height } };
}
