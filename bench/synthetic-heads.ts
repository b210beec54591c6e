/** Random heads with the skins of real portraits: they live in the room `evaluate`; older experiments look for them here. */
export {
  photographed,
  portraitSkin,
  type SyntheticPhoto,
} from '../packages/core/src/evaluate/synthetic-heads.ts';
