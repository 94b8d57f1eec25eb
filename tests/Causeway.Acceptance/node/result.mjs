// What the scripts share: one case is run per process, and its result is one line of JSON.

/** Runs the case that the command line names and prints what it returns; an error of the SDK's own is a result too. */
export async function run(cases) {
  const name = process.argv[2];
  const chosen = cases[name];
  if (!chosen) {
    throw new Error(`There is no case "${name}"; there are ${Object.keys(cases).join(", ")}.`);
  }

  console.log(JSON.stringify(await chosen()));
}

/** What an SDK threw, in the words that a caller would look at. */
export async function thrown(action) {
  try {
    await action();
  } catch (error) {
    return {
      type: error.constructor.name,
      status: error.status,
      code: error.code,
      causeway: error.headers?.get?.("x-causeway-error"),
      message: error.message,
    };
  }

  throw new Error("The call succeeded.");
}

/** One result for each model, plain and streamed; a model whose calls fail does not hide what the others answer. */
export async function forEachModel(action) {
  const results = [];
  for (const model of input.models) {
    for (const streamed of input.streamed) {
      const said = await action(model, streamed).catch((error) => ({ failed: `${error.constructor.name}: ${error.message}` }));
      results.push({ model, streamed, ...said });
    }
  }

  return results;
}

/** What became of each wish of a request, by name; one that fails does not hide the others. */
export async function wishes(cases) {
  const results = {};
  for (const [name, action] of Object.entries(cases)) {
    results[name] = await action().catch((error) => `${error.constructor.name}: ${error.message}`);
  }

  return results;
}

/** What is thrown for each model, where each is one that fails in its own way. */
export async function throwingOf(action) {
  const results = [];
  for (const model of input.models) {
    results.push({ model, ...(await thrown(() => action(model))) });
  }

  return results;
}

/** What the gateway says of a call in headers that the SDK shows. */
export const served = (headers) => ({
  request: headers.get("x-causeway-request"),
  servedBy: headers.get("x-causeway-served-by"),
  attempts: headers.get("x-causeway-attempts"),
  release: headers.get("x-causeway-release"),
});

/** Everything that an asynchronous iteration gives. */
export async function collect(stream) {
  const all = [];
  for await (const item of stream) {
    all.push(item);
  }

  return all;
}

/** What the test hands to the case. */
export const input = JSON.parse(process.env.CAUSEWAY_INPUT ?? "null");

/** A tool that the simulated models call when it is named. */
export const weather = {
  name: "get_weather",
  description: "The weather in a city",
  schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false },
};

/** What the simulated models answer at more length than the least cap that every vendor takes, 16 tokens. */
export const long = "Hello, hello. ".repeat(20);

/** One white pixel, and a document of one empty page. */
export const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=";
export const page = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\ntrailer<</Root 1 0 R>>").toString("base64");

/** Without an API version each SDK takes its own default. */
export const { CAUSEWAY_BASE_URL: baseURL, CAUSEWAY_KEY: apiKey, CAUSEWAY_API_VERSION: apiVersion } = process.env;
