import * as texts from '@vscode/l10n';
import { l10n } from 'vscode';

// To be imported before all else of the extension: the rooms that know no VS Code have their texts from the same bundle, and what
// constants say is translated when their file is loaded.
if (l10n.bundle !== undefined) texts.config({ contents: l10n.bundle });
