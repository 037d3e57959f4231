// A task for tests: an HTTP server that says who it is. With PIDS_TO it starts a child of its own and writes
// both process ids into that file. With STUBBORN it does not end on SIGTERM.
import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { PORT, HOST, ECS_TASK_ID, ECS_DEPLOYMENT_ID, PIDS_TO, STUBBORN } = process.env;

const server = createServer((request, response) => {
  if (request.url === '/exit') process.exit(70);
  response.setHeader('connection', 'close');
  response.end(JSON.stringify({ taskId: ECS_TASK_ID, deploymentId: ECS_DEPLOYMENT_ID, pid: process.pid }));
});
server.listen(Number(PORT), HOST, () => {
  process.stdout.write(`listens on ${PORT}\n`);
  if (PIDS_TO === undefined || PIDS_TO === '') return;
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  writeFileSync(`${PIDS_TO}.new`, JSON.stringify([process.pid, child.pid]));
  renameSync(`${PIDS_TO}.new`, PIDS_TO);
});
process.on('SIGTERM', () => {
  if (STUBBORN === undefined) server.close();
});
