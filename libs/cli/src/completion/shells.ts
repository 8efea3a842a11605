import type { Command } from '../command.ts';

export type Shell = keyof typeof SHELLS;

const optionsOf = ({ options }: Command): string[] => [...Object.keys(options), 'json', 'help'].map(name => `--${name}`);

/** What may follow what was typed so far: the next word of each command that begins so. */
const nextWords = (commands: readonly Command[]): Map<string, string[]> => {
  const next = new Map<string, string[]>();
  for (const { name } of commands) {
    const words = name.split(' ');
    words.forEach((word, index) => {
      const before = words.slice(0, index).join(' ');
      const known = next.get(before) ?? [];
      if (!known.includes(word)) next.set(before, [...known, word]);
    });
  }
  return next;
};

/** Options whose value is a file or folder, so that the shell completes those. */
const TAKES_FILE = ['token-file', 'key-file', 'data', 'config'];

const bash = (commands: readonly Command[]): string => `# bash completion of holdpoint: source <(holdpoint completion bash)
_holdpoint() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words="" index
  COMPREPLY=()
  case "$previous" in
    ${TAKES_FILE.map(name => `--${name}`).join('|')}) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  for ((index = 1; index < COMP_CWORD; index++)); do
    [[ "\${COMP_WORDS[index]}" == -* ]] || words="$words\${words:+ }\${COMP_WORDS[index]}"
  done
  if [[ "$current" == -* ]]; then
    case "$words" in
${commands.map(command => `      "${command.name}"*) COMPREPLY=($(compgen -W "${optionsOf(command).join(' ')}" -- "$current")) ;;`).join('\n')}
    esac
    return
  fi
  case "$words" in
${[...nextWords(commands)].map(([before, after]) => `    "${before}") COMPREPLY=($(compgen -W "${after.join(' ')}" -- "$current")) ;;`).join('\n')}
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -F _holdpoint holdpoint
`;

/** Single quotes of a shell cannot be escaped within them. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const zsh = (commands: readonly Command[]): string => `#compdef holdpoint
# zsh completion of holdpoint: source <(holdpoint completion zsh)
_holdpoint() {
  local -a typed next
  local word
  for word in "\${words[@]:1:$((CURRENT - 2))}"; do [[ "$word" == -* ]] || typed+=("$word"); done
  case "\${words[CURRENT-1]}" in
    ${TAKES_FILE.map(name => `--${name}`).join('|')}) _files; return ;;
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    case "\${typed[*]}" in
${commands.map(command => `      ${quoted(command.name)}*) next=(${optionsOf(command).join(' ')}) ;;`).join('\n')}
    esac
    compadd -- "\${next[@]}"
    return
  fi
  case "\${typed[*]}" in
${[...nextWords(commands)].map(([before, after]) => `    ${quoted(before)}) next=(${after.join(' ')}); compadd -- "\${next[@]}" ;;`).join('\n')}
    *) _files ;;
  esac
}
compdef _holdpoint holdpoint
`;

const fish = (commands: readonly Command[]): string => {
  const lines = commands.flatMap(command => {
    const words = command.name.split(' ');
    const seen = words.map(word => `__fish_seen_subcommand_from ${word}`).join('; and ');
    const first = words.length === 1 ? [`complete -c holdpoint -n __fish_use_subcommand -a ${words[0]} -d ${quoted(command.summary)}`] : [];
    const second =
      words.length === 2
        ? [
            `complete -c holdpoint -n '__fish_seen_subcommand_from ${words[0]}; and not __fish_seen_subcommand_from ${secondWords(commands, words[0]!)}' -a ${words[1]} -d ${quoted(command.summary)}`,
          ]
        : [];
    const options = optionsOf(command).map(
      option => `complete -c holdpoint -n '${seen}' -l ${option.slice(2)}${TAKES_FILE.includes(option.slice(2)) ? ' -r -F' : ''}`,
    );
    return [...first, ...second, ...options];
  });
  const groups = [...new Set(commands.filter(({ name }) => name.includes(' ')).map(({ name }) => name.split(' ')[0]!))];
  return [
    '# fish completion of holdpoint: holdpoint completion fish | source',
    ...groups.map(group => `complete -c holdpoint -n __fish_use_subcommand -a ${group}`),
    ...lines,
    '',
  ].join('\n');
};

const secondWords = (commands: readonly Command[], group: string): string =>
  commands
    .map(({ name }) => name.split(' '))
    .filter(([first, second]) => first === group && second !== undefined)
    .map(([, second]) => second)
    .join(' ');

/** Scripts for shells, from the commands there are. */
export const SHELLS = { bash, zsh, fish } as const;
