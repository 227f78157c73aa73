import * as l10n from '@vscode/l10n';

export function onOrOff(isOn: boolean): string {
  return isOn ? l10n.t`on` : l10n.t`off`;
}

export function upOrDown(isUp: boolean): string {
  return isUp ? l10n.t`up` : l10n.t`down`;
}
