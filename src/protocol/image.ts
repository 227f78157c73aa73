import { isObject, isOneOf, isString, optional, type Shape } from './shape';

/** `clipboard`: a PNG that the page puts there itself. */
export type ImageFormat = 'png' | 'svg' | 'clipboard';

export const isImageFormat: Shape<ImageFormat> = isOneOf('png', 'svg', 'clipboard');

/** The picture as the page has drawn it. */
export interface RenderedImage {
  readonly format: ImageFormat;
  /** Base64 of a PNG, an SVG's text, nothing for the clipboard. */
  readonly data: string;
  /** Why it could not be drawn. */
  readonly error?: string;
}

export const isRenderedImage: Shape<RenderedImage> = isObject<RenderedImage>({
  format: isImageFormat,
  data: isString,
  error: optional(isString),
});
