import type { FinishedHead } from '../protocol.ts';
import { h } from './element.ts';

/** How much the head looks like the photo, in words and figures. */
export function scoreCard({ score, seen, seconds, notes }: FinishedHead): HTMLElement {
  const time = Object.values(seconds ?? {}).reduce((sum, value) => sum + value, 0);
  const percent = (share: number, digits = 0) => `${(100 * share).toFixed(digits)} %`;
  return h(
    'div',
    { class: 'score' },
    score &&
      h(
        'p',
        { class: `verdict ${score.judgeDistance <= score.judgeLimit ? 'good' : 'doubt'}` },
        score.judgeDistance <= score.judgeLimit
          ? 'An independent network takes it for the same person.'
          : 'An independent network does not take it for the same person.',
      ),
    score &&
      h(
        'dl',
        {},
        figure(
          'Identity',
          score.cosine.toFixed(2),
          'Cosine of the recognition network between photo and render; 1 is the same.',
        ),
        figure(
          'Judge',
          score.judgeDistance.toFixed(2),
          `Distance of a network that no fit sees; below ${score.judgeLimit} is the same person.`,
        ),
        figure(
          'Landmarks',
          percent(score.landmarkError, 1),
          'Mean distance of the inner landmarks, as a share of the distance of the eyes.',
        ),
        seen &&
          figure(
            'Seen',
            percent(seen.own),
            'Share of the face that the photo shows; the rest is mirrored or invented.',
          ),
        time > 0 && figure('Time', `${time.toFixed(0)} s`, 'Of the whole fit.'),
      ),
    ...notes.map((note) => h('p', { class: 'problem' }, note)),
  );
}

function figure(name: string, value: string, title: string): HTMLElement {
  return h('div', { title }, h('dt', {}, name), h('dd', {}, value));
}
