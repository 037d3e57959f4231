// Watches one task: `node task-runner.mjs -- command arguments…`. The task is a process group of its own.
// It ends when the cloud says so, and also when the cloud itself is gone: then the IPC channel closes, even
// after a kill -9.
import { spawn } from 'node:child_process';

const [, , , command, ...args] = process.argv;

const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });

child.on('spawn', () => tell({ pid: child.pid }));
child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  leave({ exitCode: 127, error: error.message });
});
child.on('exit', (exitCode, signal) => {
  // What the task left running belongs to it.
  signalGroup('SIGKILL');
  leave({ exitCode, signal });
});

process.on('message', ({ signal }) => signalGroup(signal));
process.on('disconnect', () => {
  signalGroup('SIGKILL');
  process.exit(1);
});
// Ctrl-C and a closed terminal reach the whole foreground group; when to end is the cloud's decision.
for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => {});
process.on('SIGTERM', () => signalGroup('SIGTERM'));

function signalGroup(signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

function tell(message, then = () => {}) {
  if (process.connected) process.send(message, then);
  else then();
}

function leave(outcome) {
  tell(outcome, () => process.exit(0));
}
