/** A desktop entry in the words of the XDG autostart specification. */
export function autostartEntry(command: readonly string[]): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Strongroom',
    'Comment=Backups of the shop, in the tray',
    `Exec=${command.map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** Quoted as the specification wants it: first for the command line, then for the value of a key. */
function quoted(argument: string): string {
  const forCommand = `"${argument.replaceAll(/["`$\\]/g, String.raw`\$&`).replaceAll('%', '%%')}"`;
  return forCommand.replaceAll('\\', '\\\\');
}
