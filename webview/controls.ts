import * as l10n from '@vscode/l10n';
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';

/**
 * The only file that knows the toolkit which draws the controls; its maker has archived it, so it may have to be
 * exchanged. The rest of the webview sees the functions below and plain DOM elements with their standard events.
 */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

/** As HTML's own controls have it. */
type ControlWithValue = HTMLElement & { value: string };

export interface Choice {
  readonly id: string;
  readonly label: string;
}

export interface ChoiceControl {
  readonly element: HTMLElement;
  /** Shows these choices, with one of them chosen. */
  set(choices: readonly Choice[], selected: string | undefined): void;
}

/** A drop-down list. */
export function choiceControl(label: string, onChoose: (id: string) => void): ChoiceControl {
  const element = document.createElement('vscode-dropdown') as ControlWithValue;
  element.setAttribute('aria-label', label);
  element.title = label;
  let shown = '';
  element.addEventListener('change', () => {
    onChoose(element.value);
  });
  return {
    element,
    set(choices, selected) {
      const key = JSON.stringify(choices);
      if (key !== shown) {
        shown = key;
        element.replaceChildren(
          ...choices.map(({ id, label: text }) => {
            const option = document.createElement('vscode-option') as ControlWithValue;
            option.value = id;
            option.setAttribute('value', id);
            option.textContent = text;
            return option;
          }),
        );
      }
      // The control knows its options only after they have been slotted in.
      requestAnimationFrame(() => {
        if (selected !== undefined) element.value = selected;
      });
    },
  };
}

/** A button with an icon of the codicon font and a name for people who do not see it. */
export function iconButton(icon: string, label: string, onClick: () => void): HTMLElement {
  const element = document.createElement('vscode-button');
  element.setAttribute('appearance', 'icon');
  element.setAttribute('aria-label', label);
  element.title = label;
  element.append(iconOf(icon));
  element.addEventListener('click', onClick);
  return element;
}

/** A button of a toolbar that adds what its text says. (The toolkit's icon buttons have no room for a text.) */
export function addButton(text: string, label: string, onClick: () => void): HTMLElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.className = 'tool';
  element.setAttribute('aria-label', label);
  element.title = label;
  const words = document.createElement('span');
  words.className = 'words';
  words.textContent = text;
  element.append(iconOf('add'), words);
  element.addEventListener('click', onClick);
  return element;
}

export interface ToggleControl {
  readonly element: HTMLElement;
  set(on: boolean): void;
}

/** An icon button that stays pressed. */
export function toggleButton(icon: string, label: string, onToggle: (on: boolean) => void): ToggleControl {
  let on = false;
  const element = iconButton(icon, label, () => {
    set(!on);
    onToggle(on);
  });
  const set = (value: boolean): void => {
    on = value;
    element.setAttribute('aria-pressed', String(on));
    element.classList.toggle('pressed', on);
  };
  set(false);
  return { element, set };
}

/** A button with a text; the first of several is the one most people want. */
export function textButton(label: string, primary: boolean, onClick: () => void): HTMLElement {
  const element = document.createElement('vscode-button');
  element.setAttribute('appearance', primary ? 'primary' : 'secondary');
  element.textContent = label;
  element.addEventListener('click', onClick);
  return element;
}

export interface SearchControl {
  readonly element: HTMLElement;
  focus(): void;
  value(): string;
  /** Writes into the field; nobody is told. */
  set(text: string): void;
  clear(): void;
}

/** A text field with a magnifying glass. */
export function searchField(label: string, onInput: (text: string) => void): SearchControl {
  const element = document.createElement('vscode-text-field') as ControlWithValue;
  element.setAttribute('placeholder', label);
  element.setAttribute('aria-label', label);
  const icon = iconOf('search');
  icon.slot = 'start';
  element.append(icon);
  element.addEventListener('input', () => {
    onInput(element.value);
  });
  return {
    element,
    focus: () => element.focus(),
    value: () => element.value,
    set: (text) => {
      element.value = text;
    },
    clear: () => {
      element.value = '';
      onInput('');
    },
  };
}

export function progressRing(): HTMLElement {
  const element = document.createElement('vscode-progress-ring');
  element.setAttribute('aria-label', l10n.t`Working`);
  return element;
}

export function iconOf(name: string): HTMLElement {
  const icon = document.createElement('span');
  icon.className = `codicon codicon-${name}`;
  icon.setAttribute('aria-hidden', 'true');
  return icon;
}
