import type { FontName, Measure } from './measure';
import type { Theme } from './theme';

/** The fonts of the picture as CSS `font` values. */
export function fontsOf({ uiFont, monoFont, textSize }: Theme): Record<FontName, string> {
  return {
    title: `600 ${textSize + 1}px ${uiFont}`,
    small: `${textSize}px ${uiFont}`,
    mono: `${textSize}px ${monoFont}`,
  };
}

/** Measures with the browser's own canvas, and remembers what it has measured: keep it as long as the theme lasts. */
export function measureWith(theme: Theme): Measure {
  const fonts = fontsOf(theme);
  const context = document.createElement('canvas').getContext('2d');
  const known = new Map<string, number>();
  return (text, font) => {
    const key = `${font} ${text}`;
    let width = known.get(key);
    if (width === undefined) {
      if (context === null) return text.length * theme.textSize * 0.6;
      context.font = fonts[font];
      width = context.measureText(text).width;
      known.set(key, width);
    }
    return width;
  };
}
