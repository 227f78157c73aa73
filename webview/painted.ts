/** A window that nobody sees paints nothing: then no longer than this is waited, in milliseconds. */
const longest = 200;

/** Resolves once the browser has painted what was changed before. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, longest);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      setTimeout(resolve);
    });
  });
}
