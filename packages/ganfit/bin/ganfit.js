#!/usr/bin/env node
// The sources are TypeScript and run as they are: no build step stands between an edit and its effect.
import { register } from 'tsx/esm/api';

register();
await import('../src/bin.ts');
