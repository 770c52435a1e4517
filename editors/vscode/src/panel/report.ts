// What a page shows, from the tool. The tool reads files, so the one that is shown is saved before.
import { execFile } from 'node:child_process';
import { basename, dirname } from 'node:path';
import type { Failure, Report } from './page';

export type View = 'gradient' | 'summary' | 'schedule' | 'graph';

const verbs: Record<View, string[]> = {
  gradient: ['grad', '--format', 'json'],
  summary: ['summary', '--format', 'json'],
  schedule: ['explain'],
  graph: ['graph'],
};

interface Outcome {
  code: number;
  output: string;
  errors: string;
}

/**
 * Runs the tool on a file.
 * @param model The model that is meant; absent where the file has one.
 */
export async function report(tool: string, view: View, file: string, model?: string): Promise<Report> {
  const [verb, ...options] = verbs[view];
  const outcome = await run(tool, [verb, basename(file), ...options, ...(model ? ['--model', model] : [])], dirname(file));
  if (outcome.code !== 0) return failure(view, outcome);
  const shown = model ?? basename(file);
  switch (view) {
    case 'schedule': return { kind: view, model: shown, text: outcome.output };
    case 'graph': return { kind: view, model: shown, svg: outcome.output };
    default: return { kind: view, ...JSON.parse(outcome.output) };
  }
}

function failure(view: View, outcome: Outcome): Failure {
  return { kind: 'failure', title: `There is no ${view} to show`, text: (outcome.output + outcome.errors).trim() };
}

function run(tool: string, args: string[], cwd: string): Promise<Outcome> {
  return new Promise(resolve => {
    execFile(tool, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 }, (error, output, errors) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, output, errors: code === -1 ? `${tool} cannot be run: ${error?.message}` : errors });
    });
  });
}
