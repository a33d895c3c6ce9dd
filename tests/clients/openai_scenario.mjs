// What an application does with OpenAI's SDK for Node.
//
//   node openai_scenario.mjs URL CROWDED_URL        (in a folder whose node_modules has `openai`)
//
// Prints a JSON object: scenario -> null, or how it failed. CROWDED_URL is a server whose queue holds one request.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "package.json"));
const OpenAI = require("openai").default;

const [url, crowdedUrl] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });
const model = "demo";
const question = [{ role: "user", content: "What is an FPGA?" }];
const weather = [{ role: "user", content: "What's the weather in SF?" }];
const parameters = {
  type: "object",
  properties: { location: { type: "string", description: "City name" } },
  required: ["location"],
  additionalProperties: false,
};
const definition = { name: "get_weather", description: "Get current weather for a location", parameters, strict: true };
const languages = {
  type: "object",
  properties: { languages: { type: "array", items: { type: "string" } } },
  required: ["languages"],
  additionalProperties: false,
};

const scenarios = {
  async chat() {
    const answer = await client.chat.completions.create({ model, messages: question, temperature: 0, max_tokens: 30 });
    assert.ok(answer.choices[0].message.content);
    assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens);
  },

  async stream() {
    const fields = { model, messages: question, temperature: 0, max_tokens: 30 };
    const whole = await client.chat.completions.create(fields);
    let text = "";
    let usage = null;
    const stream = await client.chat.completions.create({
      ...fields,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, whole.choices[0].message.content);
    assert.equal(usage.completion_tokens, whole.usage.completion_tokens);
  },

  async stream_helper() {
    const running = client.chat.completions.stream({ model, messages: question, temperature: 0, max_tokens: 30 });
    let text = "";
    running.on("content", (delta) => (text += delta));
    const final = await running.finalChatCompletion();
    assert.equal(final.choices[0].message.content, text);
    assert.ok(text);
  },

  async tool_call() {
    const called = [];
    const runner = client.chat.completions.runTools({
      model,
      messages: weather,
      temperature: 0,
      max_tokens: 60,
      tools: [
        {
          type: "function",
          function: {
            ...definition,
            parse: JSON.parse,
            function: (args) => (called.push(args), JSON.stringify({ temperature: 18 })),
          },
        },
      ],
    });
    assert.ok(await runner.finalContent());
    assert.equal(called.length, 1);
    assert.equal(typeof called[0].location, "string");
  },

  async tool_stream_helper() {
    const running = client.chat.completions.stream({
      model,
      messages: weather,
      tools: [{ type: "function", function: definition }],
      tool_choice: { type: "function", function: { name: "get_weather" } },
      temperature: 0,
    });
    const [call] = (await running.finalChatCompletion()).choices[0].message.tool_calls;
    assert.equal(call.function.name, "get_weather");
    assert.ok(JSON.parse(call.function.arguments).location);
  },

  async structured_output() {
    const answer = await client.chat.completions.parse({
      model,
      messages: [{ role: "user", content: "List 3 programming languages" }],
      response_format: { type: "json_schema", json_schema: { name: "languages", schema: languages, strict: true } },
      temperature: 0,
    });
    assert.ok(Array.isArray(JSON.parse(answer.choices[0].message.content).languages));
  },

  async embeddings() {
    const answer = await client.embeddings.create({ model, input: ["one text", "another text"] });
    assert.equal(answer.data.length, 2);
    assert.ok(answer.data[0].embedding.length > 0);
    assert.equal(typeof answer.data[0].embedding[0], "number");
  },

  async responses() {
    const answer = await client.responses.create({ model, input: "What is an FPGA?", max_output_tokens: 30 });
    assert.ok(answer.output_text);
  },

  async responses_stream() {
    const tools = [{ type: "function", ...definition }];
    const running = client.responses.stream({ model, input: weather, tools, temperature: 0 });
    const [call] = (await running.finalResponse()).output;
    assert.equal(call.type, "function_call");
    assert.ok(JSON.parse(call.arguments).location);
  },

  async errors() {
    await assert.rejects(client.chat.completions.create({ model: "gpt-4", messages: question }), OpenAI.NotFoundError);
    await assert.rejects(
      client.chat.completions.create({ model, messages: question, temperature: 9 }),
      (error) => error instanceof OpenAI.BadRequestError && error.param === "temperature",
    );
  },

  async retries() {
    const crowded = new OpenAI({ baseURL: `${crowdedUrl}/v1`, apiKey: "none", maxRetries: 20 });
    const asked = Array.from({ length: 10 }, () =>
      crowded.chat.completions.create({ model, messages: question, max_tokens: 20 }),
    );
    for (const answer of await Promise.all(asked)) assert.ok(answer.choices[0].message.content);
  },
};

const results = {};
for (const [name, scenario] of Object.entries(scenarios)) {
  try {
    await scenario();
    results[name] = null;
  } catch (error) {
    results[name] = `${error.stack}`;
  }
}
console.log(JSON.stringify(results));
