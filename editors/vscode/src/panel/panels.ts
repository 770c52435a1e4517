// The panels of the editor: one for each view of each file, shown again after the file is saved.
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { page } from './page';
import { report, type View } from './report';

export class Panels implements vscode.Disposable {
  private readonly panels = new Map<string, Panel>();
  private readonly saved: vscode.Disposable;

  constructor(private readonly tool: () => string) {
    this.saved = vscode.workspace.onDidSaveTextDocument(document => {
      for (const panel of this.panels.values()) {
        if (panel.file === document.uri.fsPath) void panel.update();
      }
    });
  }

  /** Shows a view of a file beside it. */
  async show(view: View, uri: vscode.Uri, model?: string): Promise<void> {
    const key = `${view} ${uri.fsPath} ${model ?? ''}`;
    let panel = this.panels.get(key);
    if (panel) {
      panel.reveal();
    } else {
      panel = new Panel(this.tool, view, uri.fsPath, model, () => this.panels.delete(key));
      this.panels.set(key, panel);
    }

    await panel.update();
  }

  dispose(): void {
    this.saved.dispose();
    for (const panel of [...this.panels.values()]) panel.dispose();
  }
}

class Panel {
  private readonly panel: vscode.WebviewPanel;
  private latest = 0;

  constructor(
    private readonly tool: () => string,
    private readonly view: View,
    readonly file: string,
    private readonly model: string | undefined,
    closed: () => void,
  ) {
    const title = `${view[0].toUpperCase()}${view.slice(1)}: ${model ?? basename(file)}`;
    this.panel = vscode.window.createWebviewPanel(
      'nnc.report', title, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true }, { enableScripts: false, localResourceRoots: [] });
    this.panel.onDidDispose(closed);
  }

  reveal(): void {
    this.panel.reveal(undefined, true);
  }

  /** Asks the tool again. An answer that a newer question overtook is not shown. */
  async update(): Promise<void> {
    const question = ++this.latest;
    const found = await report(this.tool(), this.view, this.file, this.model);
    if (question === this.latest) this.panel.webview.html = page(found);
  }

  dispose(): void {
    this.panel.dispose();
  }
}
