/**
 * A desktop entry that starts this command when someone signs in, by the Desktop Application Autostart and Desktop Entry
 * specifications (specifications.freedesktop.org/desktop-entry-spec).
 */
export function desktopEntry(command: readonly string[]): string {
  const lines = [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Outflow',
    'Comment=Runs the schedules of your syncs',
    `Exec=${command.map(quoted).join(' ')}`,
    'Icon=outflow',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
  ]
  return `${lines.join('\n')}\n`
}

/**
 * An argument of `Exec`: quoted, with a backslash before what a shell would read; that backslash is one in a text value, so
 * it is written twice. A percent sign would name a field.
 */
function quoted(argument: string): string {
  const escaped = argument
    .replace(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%')
  return `"${escaped}"`
}
