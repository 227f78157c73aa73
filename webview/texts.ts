import * as l10n from '@vscode/l10n';

// To be imported before all else of a page: what constants say is translated when their file is loaded.
const texts = document.getElementById('texts')?.textContent ?? '';
if (texts !== '') l10n.config({ contents: texts });
