import assert from 'node:assert/strict';
import { waitFor } from '../machinery/wait-for';
import { screenshotOnFailure, Session } from './session';

const notes = `# Notes

\`\`\`text
plain-word: inside
\`\`\`

\`\`\`netns
namespaces: inside
\`\`\`
`;

describe('The editor, as a person sees it', function () {
  this.timeout(240_000);
  let session: Session;

  before(async () => {
    session = await Session.start([], { files: { 'notes.md': notes } });
  });
  after(() => session.close());
  afterEach(screenshotOnFailure(() => session));

  /** The classes that colour the piece of a line that begins with a word. */
  const colourOf = async (word: string): Promise<string | undefined> => {
    const pieces = session.workbench.page.locator('.view-line span span', { hasText: word });
    return (await pieces.count()) === 0 ? undefined : ((await pieces.first().getAttribute('class')) ?? '');
  };

  it('colours a netns block in Markdown', async () => {
    await session.workbench.openFile('notes.md');
    const plain = await waitFor('the plain block', () => colourOf('plain-word'));
    // Colours come a moment after the text.
    await waitFor('a key of another colour', async () => {
      const colour = await colourOf('namespaces');
      return colour !== undefined && colour !== plain;
    });
    const keyPiece = session.workbench.page.locator('.view-line span span', { hasText: /^namespaces$/ });
    assert.equal(await keyPiece.count(), 1, 'the key is a piece of its own');
  });
});
