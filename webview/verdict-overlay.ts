import * as l10n from '@vscode/l10n';
import type { Verdicts } from '../src/protocol/verdict';
import { Arcs } from './arcs';
import { iconOf } from './controls';
import type { Picture } from './picture';

/** What checks and pings found wrong: arcs between the two ends, and a legend that says all of it and takes the arcs away. */
export class VerdictOverlay {
  private readonly arcs: Arcs;
  private readonly legend = document.createElement('div');
  private readonly text = document.createElement('span');
  private readonly toggle = document.createElement('button');
  private verdicts: Verdicts | undefined;
  private isHidden = false;

  constructor(stage: HTMLElement, picture: Picture) {
    this.arcs = new Arcs(picture, 'verdict');
    this.legend.className = 'verdict-legend';
    this.legend.hidden = true;
    this.legend.setAttribute('role', 'status');
    this.toggle.type = 'button';
    this.toggle.className = 'link';
    this.toggle.addEventListener('click', () => {
      this.isHidden = !this.isHidden;
      this.show();
    });
    this.legend.append(iconOf('error'), this.text, this.toggle);
    stage.append(this.legend);
  }

  /** What was found; undefined: nothing wrong. What is new is shown, though the last was taken away. */
  set(verdicts: Verdicts | undefined): void {
    this.verdicts = verdicts;
    this.isHidden = false;
    this.show();
  }

  /** To be called after each drawing. */
  apply(): void {
    this.arcs.apply();
  }

  private show(): void {
    const { verdicts, isHidden } = this;
    this.legend.hidden = verdicts === undefined;
    this.text.textContent = verdicts?.said ?? '';
    this.toggle.hidden = verdicts === undefined || verdicts.arcs.length === 0;
    this.toggle.textContent = isHidden ? l10n.t`Show on the Graph` : l10n.t`Hide`;
    const arcs = isHidden ? [] : (verdicts?.arcs ?? []);
    this.arcs.set(arcs.map(({ isMutual, ...arc }) => ({ ...arc, look: isMutual ? 'mutual' : '' })));
  }
}
