// How the scripts talk, and how they give up.

/** One line of progress. */
export function say(text) {
  console.log(`[netns-topology] ${text}`);
}

/** An end that is no defect of ours: the message says what to do, and no stack is printed. */
export class StopError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs a script's main function, and ends the process with its exit code. */
export async function main(run) {
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    if (!(error instanceof StopError)) console.error(error);
    else if (error.message !== '') console.error(`\n${error.message}`);
    process.exitCode = error.exitCode ?? 1;
  }
}

/** Stops on a Node.js that is too old to run the rest. */
export function requireNode(major) {
  if (Number(process.versions.node.split('.')[0]) >= major) return;
  throw new StopError(
    `Node.js ${major} or newer is needed, this is ${process.versions.node}: see https://nodejs.org/.`,
  );
}
