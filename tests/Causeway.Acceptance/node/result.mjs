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

/** Everything that an asynchronous iteration gives. */
export async function collect(stream) {
  const all = [];
  for await (const item of stream) {
    all.push(item);
  }

  return all;
}

/** Without an API version each SDK takes its own default. */
export const { CAUSEWAY_BASE_URL: baseURL, CAUSEWAY_KEY: apiKey, CAUSEWAY_API_VERSION: apiVersion } = process.env;
