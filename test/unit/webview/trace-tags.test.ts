import assert from 'node:assert/strict';
import type { Box } from '../../../webview/place';
import { placeTag } from '../../../webview/trace-tags';

describe('The place of what NAT makes of the addresses', () => {
  const size = { width: 180, height: 18 };
  const rule: Box = { left: 400, right: 540, top: 300, bottom: 324 };
  const upright = [
    { x: 470, y: 200 },
    { x: 470, y: 300 },
  ];
  const isApart = (a: Box, b: Box): boolean =>
    a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;

  it('is above the rule on the way out, below it on the way back, beside the line', () => {
    const out = placeTag(size, rule, 'out', [rule], [upright]);
    assert.ok(out.bottom < rule.top && out.right < 470, 'left of the line');
    const back = placeTag(size, rule, 'back', [rule], [upright]);
    assert.ok(back.top > rule.bottom);
  });

  it('keeps off what else is drawn where there is room', () => {
    const left: Box = { left: 200, right: 460, top: 200, bottom: 299 };
    const out = placeTag(size, rule, 'out', [rule, left], [upright]);
    assert.ok(isApart(out, left) && isApart(out, rule));
    assert.ok(out.left > 470, 'right of the line');
    const right: Box = { left: 480, right: 800, top: 200, bottom: 299 };
    const elsewhere = placeTag(size, rule, 'out', [rule, left, right], [upright]);
    assert.ok([left, right, rule].every((one) => isApart(elsewhere, one)));
  });

  it('stays within the host’s frame where it can', () => {
    const frame: Box = { left: 100, right: 655, top: 100, bottom: 500 };
    const left: Box = { left: 200, right: 460, top: 325, bottom: 500 };
    const down = [
      { x: 460, y: 324 },
      { x: 460, y: 400 },
    ];
    const back = placeTag(size, rule, 'back', [rule, left], [down], frame);
    assert.ok(back.right <= frame.right && back.left > 460, 'right beside the line, not beside the rule’s middle');
  });

  it('covers rather what is drawn than a line of the way', () => {
    const everywhere: Box = { left: 0, right: 1000, top: 0, bottom: 600 };
    const place = placeTag(size, rule, 'out', [everywhere], [upright]);
    assert.ok(place.right < 470 || place.left > 470 || place.top > 300);
  });
});
