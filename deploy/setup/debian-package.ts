import { spawnSync } from 'node:child_process';

export type Found = { path: string } | { missing: string };

const which = (command: string): string | null => {
  const result = spawnSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : null;
};

/**
 * Finds a program, or installs the Debian package that brings it when this user may.
 * @param command the program, for example `nats-server`
 * @param debianPackage the package that holds it
 * @param say prints one line of progress
 * @returns the program's path, or in `missing` one sentence that says what to do
 */
export const findOrInstall = (command: string, debianPackage: string, say: (line: string) => void): Found => {
  const present = which(command);
  if (present) return { path: present };
  const byHand = `${command} is missing and could not be installed here. On Debian or Ubuntu: apt-get install ${debianPackage}`;
  if (!which('apt-get')) return { missing: byHand };
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (sudo.length && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) return { missing: `${byHand} (as root)` };
  say(`Installing ${debianPackage} (apt-get) …`);
  const apt = (errors: 'ignore' | 'inherit', ...args: string[]) => {
    const [program, ...rest] = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args];
    return spawnSync(program!, rest, { stdio: ['ignore', 'ignore', errors] }).status === 0;
  };
  const install = (errors: 'ignore' | 'inherit') => apt(errors, 'install', '-y', '-qq', '--no-install-recommends', debianPackage);
  // A fresh machine has no package lists yet: that the first try finds nothing is no error to show.
  if (!install('ignore')) {
    apt('inherit', 'update', '-qq');
    install('inherit');
  }
  const installed = which(command);
  return installed ? { path: installed } : { missing: byHand };
};
