// Prints one JSON object: the schema of a classic dashboard, and of the options and field config of each core panel
// with the defaults that Grafana ships. Run by regenerate.py where npm has installed package.json.
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const root = 'node_modules/@grafana/schema';
const types = `${root}/dist/types/raw`;

function schemaOf(path, type) {
  const config = { path, type, skipTypeCheck: true, expose: 'all', additionalProperties: false, jsDoc: 'none' };
  return createGenerator(config).createSchema(type);
}

async function panel(folder) {
  const path = `${types}/composable/${folder}/panelcfg/x/types.gen.d.ts`;
  const source = readFileSync(path, 'utf8');
  const found = {};
  for (const type of ['Options', 'FieldConfig']) {
    if (!new RegExp(`export (interface|type) ${type}\\b`).test(source)) continue;
    try {
      found[type] = schemaOf(path, type);
    } catch (reason) {
      // One panel (geomap) uses the same name for two types; its options stay unchecked.
      console.error(`${folder} ${type}: ${reason.message}`);
    }
  }
  const module = resolve(`${root}/dist/esm/raw/composable/${folder}/panelcfg/x/types.gen.mjs`);
  const defaults = existsSync(module) ? await import(pathToFileURL(module).href) : {};
  return { ...found, defaultOptions: defaults.defaultOptions, defaultFieldConfig: defaults.defaultFieldConfig };
}

const panels = {};
for (const folder of readdirSync(`${types}/composable`)) {
  if (existsSync(`${types}/composable/${folder}/panelcfg`)) panels[folder] = await panel(folder);
}
const version = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')).version;
const dashboard = schemaOf(`${types}/dashboard/x/types.gen.d.ts`, 'Dashboard');
console.log(JSON.stringify({ version, dashboard, panels }));
