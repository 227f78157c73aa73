import assert from 'node:assert/strict';
import type { LogOutputChannel, TextDocument } from 'vscode';
import { LanguageService } from '../../../src/vscode/editor/service/language-service';

/** A document that a test edits while an answer is on its way. */
class EditedDocument {
  version = 1;
  isClosed = false;
  readonly uri = { toString: () => 'file:///a.netns.yaml' };

  constructor(private text: string) {}

  getText(): string {
    return this.text;
  }

  edit(text: string): void {
    this.text = text;
    this.version++;
  }

  get asDocument(): TextDocument {
    return this as unknown as TextDocument;
  }
}

const text = 'name: a\nnamespaces:\n  earth:\n    \n';

describe('The language service, while somebody types', () => {
  let language: LanguageService;
  let document: EditedDocument;
  beforeEach(() => {
    const log = { warn: () => undefined } as unknown as LogOutputChannel;
    // Without its worker it answers in this thread, after this turn of the event loop.
    language = new LanguageService('/nowhere/worker.js', log);
    document = new EditedDocument(text);
  });
  afterEach(() => language.dispose());

  it('completes what was asked for, though more was typed meanwhile', async () => {
    const answer = language.complete(document.asDocument, text.length - 1, {});
    document.edit(text.replace(/ \n$/, ' rou\n'));
    assert.ok((await answer)?.some(({ label }) => label === 'routes'));
  });

  it('answers about the newest text what is asked of the whole of it', async () => {
    const answer = language.askNewest(document.asDocument, 'outline', []);
    document.edit(`${text}  mars:\n`);
    assert.deepEqual((await answer)?.names, ['namespaces', 'earth', 'mars']);
  });

  it('does not answer about a place that may have moved', async () => {
    const earth = text.indexOf('earth');
    const answer = language.ask(document.asDocument, 'hover', [earth]);
    document.edit(`# a line\n${text}`);
    assert.equal(await answer, undefined);
    assert.ok(await language.ask(document.asDocument, 'hover', [document.getText().indexOf('earth')]));
  });

  it('answers nothing of a document that was closed', async () => {
    const answers = [
      language.ask(document.asDocument, 'outline', []),
      language.askNewest(document.asDocument, 'folds', []),
    ];
    document.isClosed = true;
    assert.deepEqual(await Promise.all<unknown>(answers), [undefined, undefined]);
  });
});
