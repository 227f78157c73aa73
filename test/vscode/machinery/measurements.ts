import { appendFile, mkdir } from 'node:fs/promises';
import path from 'node:path';

const artifacts = path.resolve(__dirname, '../../../artifacts');

/** Keeps a number that `npm test` prints at its end. */
export async function recordMeasurement(name: string, value: number, unit: string): Promise<void> {
  await mkdir(artifacts, { recursive: true });
  const rounded = Number(value.toPrecision(4));
  await appendFile(path.join(artifacts, 'measurements.jsonl'), `${JSON.stringify({ name, value: rounded, unit })}\n`);
}
