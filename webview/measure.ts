/** How wide a text is in a font, in pixels. A function so that layout can be tested without a browser. */
export type Measure = (text: string, font: FontName) => number;

/** The texts of the picture: `title` is bold UI text, `small` is UI text, `mono` is for names and addresses. */
export type FontName = 'title' | 'small' | 'mono';

const ellipsis = '…';
const graphemes = new Intl.Segmenter();

/**
 * The text if it fits, else its beginning and its end with an ellipsis between: names of machines differ at both ends.
 * Cuts between whole characters as people see them, never inside one.
 */
export function cutMiddle(text: string, maxWidth: number, font: FontName, measure: Measure): string {
  if (measure(text, font) <= maxWidth) return text;
  const characters = Array.from(graphemes.segment(text), ({ segment }) => segment);
  let low = 0;
  let high = characters.length - 1;
  let best = ellipsis;
  while (low <= high) {
    const kept = (low + high) >> 1;
    const cut = joinEnds(characters, kept);
    if (measure(cut, font) <= maxWidth) {
      best = cut;
      low = kept + 1;
    } else {
      high = kept - 1;
    }
  }
  return best;
}

function joinEnds(characters: readonly string[], kept: number): string {
  const head = Math.ceil(kept / 2);
  const tail = kept - head;
  return characters.slice(0, head).join('') + ellipsis + (tail === 0 ? '' : characters.slice(-tail).join(''));
}
