import OpenAI from "openai";
import { apiKey, input, run } from "./result.mjs";

// A conversation whose history is left with the provider: each turn is asked at the next instance, and goes on from the answer before.
async function say(text, turn, previous) {
  const client = new OpenAI({ apiKey, baseURL: `${input.bases[turn % input.bases.length]}v1`, maxRetries: 0 });
  const streamed = turn % 2 === 1;
  const { data, response } = await client.responses
    .create({ model: input.channel, input: text, previous_response_id: previous, stream: streamed }, { headers: { "x-causeway-session": input.session } })
    .withResponse();
  let answer = data;
  if (streamed) {
    for await (const event of data) {
      answer = event.type === "response.completed" ? event.response : answer;
    }
  }

  return { id: answer.id, status: answer.status, servedBy: response.headers.get("x-causeway-served-by"), migrated: response.headers.get("x-causeway-conversation-migrated") };
}

await run({
  talk: async () => {
    const turns = [];
    for (let i = 0; i < input.turns; i++) {
      turns.push(await say(`Turn ${i}`, i, turns.at(-1)?.id ?? input.previous));
    }

    return turns;
  },
});
