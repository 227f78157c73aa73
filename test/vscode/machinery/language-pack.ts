import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a display language choosable without its language pack, which only a gallery has: leaves in a user data folder what VS
 * Code leaves there when a pack is installed, of a pack without a text. So VS Code speaks English itself, and has each extension
 * speak the language.
 */
export async function writeLanguagePack(userData: string, language: string): Promise<void> {
  await mkdir(userData, { recursive: true });
  const texts = path.join(userData, 'no-texts.json');
  await writeFile(texts, JSON.stringify({ contents: {} }));
  const pack = {
    hash: 'none',
    extensions: [{ extensionIdentifier: { id: 'none.none' }, version: '1.0.0' }],
    translations: { vscode: texts },
    label: language,
  };
  await writeFile(path.join(userData, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
}
