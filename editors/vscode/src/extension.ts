// The extension: the client of `nnc lsp`, and the commands whose answers are shown in a panel.
import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, type ServerOptions, TransportKind } from 'vscode-languageclient/node';
import { Panels } from './panel/panels';
import type { View } from './panel/report';

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const panels = new Panels(tool);
  context.subscriptions.push(
    panels,
    show('nnc.showGradient', 'gradient', panels),
    show('nnc.showSummary', 'summary', panels),
    show('nnc.showSchedule', 'schedule', panels),
    show('nnc.showGraph', 'graph', panels),
    vscode.commands.registerCommand('nnc.restartServer', restart),
    vscode.workspace.onDidChangeConfiguration(change => {
      if (change.affectsConfiguration('nnc.path')) void restart();
    }));
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

function tool(): string {
  return vscode.workspace.getConfiguration('nnc').get<string>('path') || 'nnc';
}

async function start(): Promise<void> {
  const server: ServerOptions = { command: tool(), args: ['lsp'], transport: TransportKind.stdio };
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: 'file', language: 'nnet' }, { scheme: 'untitled', language: 'nnet' }],
  };
  client = new LanguageClient('nnc', 'nnc', server, options);
  try {
    await client.start();
  } catch (error) {
    const choice = await vscode.window.showErrorMessage(
      `The nnc tool \`${tool()}\` cannot be started: ${error instanceof Error ? error.message : error}`, 'Open Settings');
    if (choice) await vscode.commands.executeCommand('workbench.action.openSettings', 'nnc.path');
  }
}

async function restart(): Promise<void> {
  await client?.stop().catch(() => undefined);
  await start();
}

/**
 * A command that shows a view. The server's code lenses give it a document and a model; the palette gives neither, and the
 * editor that has the focus is meant.
 */
function show(command: string, view: View, panels: Panels): vscode.Disposable {
  return vscode.commands.registerCommand(command, async (target?: string | vscode.Uri, model?: unknown) => {
    const uri = typeof target === 'string' ? vscode.Uri.parse(target) : target ?? vscode.window.activeTextEditor?.document.uri;
    const document = vscode.workspace.textDocuments.find(d => d.uri.toString() === uri?.toString());
    if (!uri || uri.scheme !== 'file' || (document?.isDirty && !await document.save())) {
      void vscode.window.showInformationMessage('A file that is saved can be shown: nnc reads it from the disk.');
      return;
    }

    await panels.show(view, uri, typeof model === 'string' ? model : undefined);
  });
}
