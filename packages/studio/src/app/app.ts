import '../build-values.ts';
import { openStudio } from './studio.ts';

void openStudio(document.body);
