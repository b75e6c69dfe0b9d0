import { Argument, type Command } from 'commander';
import { writeText } from '../output.ts';
import type { Surroundings } from '../surroundings.ts';

/** `hub completion bash|zsh`: a script for the shell. */
export function registerCompletion(program: Command, { stdout }: Surroundings): void {
  program
    .command('completion')
    .description('print the completion script for a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh']))
    .addHelpText('after', '\nExample, in ~/.bashrc:\n  eval "$(template-hub completion bash)"\n')
    .action((shell: string) => {
      const words = listWords(program);
      writeText(
        stdout,
        shell === 'zsh'
          ? `autoload -U +X bashcompinit && bashcompinit\n${composeBash(words)}`
          : composeBash(words),
      );
    });
}

/** What may follow each chain of commands: subcommands and options. */
function listWords(command: Command, path = ''): Map<string, string[]> {
  const options = command.options.flatMap((option) => option.long ?? []);
  const own = [...command.commands.map((sub) => sub.name()), ...options, '--help'];
  const below = command.commands.flatMap((sub) => [...listWords(sub, `${path} ${sub.name()}`)]);
  return new Map([[path.trim(), own], ...below]);
}

function composeBash(words: ReadonlyMap<string, readonly string[]>): string {
  const cases = [...words].map(([path, next]) => `    '${path}') words='${next.join(' ')}' ;;`);
  return `_template_hub() {
  local path='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ "$word" == -* ]] && continue
    path="\${path:+$path }$word"
  done
  case "$path" in
${cases.join('\n')}
    *) return ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _template_hub template-hub hub`;
}
