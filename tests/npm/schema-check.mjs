// Reads {"schema": text, "documents": [{"place", "yaml"}]} from standard input; prints what an editor with the schema would underline, one line each.
import Ajv from 'ajv';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';

const { schema, documents } = JSON.parse(readFileSync(0, 'utf8'));
const validate = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(JSON.parse(schema));
for (const { place, yaml } of documents) {
  if (!validate(parse(yaml))) {
    for (const error of validate.errors) {
      console.log(`${place}: ${error.instancePath || '/'} ${error.message} ${JSON.stringify(error.params)}`);
    }
  }
}
