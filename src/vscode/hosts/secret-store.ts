import type { Memento, SecretStorage } from 'vscode';
import { Secret } from '../../base/secret';
import type { SecretQuestion } from '../../transport/transport';

/** A secret by what it opens. Holds no secret itself. */
export type SecretName = Pick<SecretQuestion, 'type' | 'subject'>;

/** Where the names of what is remembered are kept: the secret storage cannot list them on every version of VS Code. */
const namesKey = 'netns.rememberedSecrets';
const neverKey = 'netns.neverRemember';

/** What a person had remembered, in VS Code's secret storage (the keychain of the system). */
export class SecretStore {
  constructor(
    private readonly secrets: SecretStorage,
    private readonly state: Memento,
  ) {}

  async get(name: SecretName): Promise<Secret | undefined> {
    const text = await this.secrets.get(keyOf(name));
    return text === undefined ? undefined : new Secret(text);
  }

  async remember(name: SecretName, secret: Secret): Promise<void> {
    await this.secrets.store(keyOf(name), secret.expose());
    await this.state.update(namesKey, [...this.names.filter((other) => keyOf(other) !== keyOf(name)), pure(name)]);
  }

  async forget(name: SecretName): Promise<void> {
    await this.secrets.delete(keyOf(name));
    await this.state.update(
      namesKey,
      this.names.filter((other) => keyOf(other) !== keyOf(name)),
    );
  }

  /** What is remembered, in the order in which it was. */
  get names(): readonly SecretName[] {
    return this.state.get<readonly SecretName[]>(namesKey, []);
  }

  /** The person does not want to be asked again whether to remember this. */
  isNeverRemembered(name: SecretName): boolean {
    return this.state.get<readonly string[]>(neverKey, []).includes(keyOf(name));
  }

  async neverRemember(name: SecretName): Promise<void> {
    await this.state.update(neverKey, [...this.state.get<readonly string[]>(neverKey, []), keyOf(name)]);
  }

  /** Asks again from now on. */
  async forgetRefusals(): Promise<void> {
    await this.state.update(neverKey, undefined);
  }
}

function keyOf({ type, subject }: SecretName): string {
  return `netns ${type} ${subject}`;
}

function pure({ type, subject }: SecretName): SecretName {
  return { type, subject };
}
