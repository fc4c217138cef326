// One task by the official SDK. In: base URL, key, footage, target. Out: what was seen, as JSON.

import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import RunwayML, { APIError, TaskFailedError } from '@runwayml/sdk';

const [baseURL, apiKey, footage, target] = process.argv.slice(2);
const client = new RunwayML({ baseURL, apiKey, maxRetries: 0 });

const { uri } = await client.uploads.createEphemeral({ file: createReadStream(footage) });
const edit = (promptText) =>
  client.videoToVideo.create({ model: 'aleph2', videoUri: uri, promptText });

const created = await edit('black and white');
const done = await client.tasks.retrieve(created.id).waitForTaskOutput();
const download = await fetch(done.output[0]);
await writeFile(target, Buffer.from(await download.arrayBuffer()));

const failing = await edit('turn the boat into a swan');
const failure = await client.tasks
  .retrieve(failing.id)
  .waitForTaskOutput()
  .catch((error) => error);
const refusal = await client.videoToVideo
  .create({ model: 'aleph2', videoUri: uri, seed: -1 })
  .catch((error) => error);
await client.tasks.delete(created.id);
const gone = await client.tasks.retrieve(created.id).catch((error) => error);
const account = await client.organization.retrieve();

console.log(
  JSON.stringify({
    uri,
    task: created.id,
    status: done.status,
    failed: failure instanceof TaskFailedError && failure.taskDetails.failureCode,
    refused: refusal instanceof APIError && refusal.status,
    gone: gone instanceof APIError && gone.status,
    balance: account.creditBalance,
  }),
);
