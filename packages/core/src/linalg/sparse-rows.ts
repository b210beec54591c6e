/** A sparse matrix by rows: row r holds `columns[k]` with `weights[k]` for k in `starts[r] … starts[r + 1] - 1`. */
export interface SparseRows {
  /** `[R + 1]`. */
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly weights: Float64Array;
}

/** Packs rows given as maps from column to weight; columns are sorted, so that sums come out the same every time. */
export function sparseRows(rows: readonly ReadonlyMap<number, number>[]): SparseRows {
  const starts = new Uint32Array(rows.length + 1);
  rows.forEach((row, r) => {
    starts[r + 1] = starts[r] + row.size;
  });
  const columns = new Uint32Array(starts[rows.length]);
  const weights = new Float64Array(starts[rows.length]);
  rows.forEach((row, r) => {
    [...row.entries()]
      .sort((a, b) => a[0] - b[0])
      .forEach(([column, weight], k) => {
        columns[starts[r] + k] = column;
        weights[starts[r] + k] = weight;
      });
  });
  return { starts, columns, weights };
}

/**
 * `matrix * x`.
 *
 * @param x `[C, width]`, one row per column of the matrix.
 * @returns `[R, width]`.
 */
export function multiplyRows(matrix: SparseRows, x: ArrayLike<number>, width: number): Float64Array {
  const { starts, columns, weights } = matrix;
  const result = new Float64Array((starts.length - 1) * width);
  for (let r = 0; r + 1 < starts.length; r++) {
    for (let k = starts[r]; k < starts[r + 1]; k++) {
      const from = columns[k] * width;
      for (let i = 0; i < width; i++) result[r * width + i] += weights[k] * x[from + i];
    }
  }
  return result;
}

/** The transposed matrix, given its number of columns. */
export function transposeRows(matrix: SparseRows, columnCount: number): SparseRows {
  const { starts, columns, weights } = matrix;
  const result = {
    starts: new Uint32Array(columnCount + 1),
    columns: new Uint32Array(columns.length),
    weights: new Float64Array(columns.length),
  };
  for (const column of columns) result.starts[column + 1]++;
  for (let c = 0; c < columnCount; c++) result.starts[c + 1] += result.starts[c];
  const next = result.starts.slice();
  for (let r = 0; r + 1 < starts.length; r++) {
    for (let k = starts[r]; k < starts[r + 1]; k++) {
      const at = next[columns[k]]++;
      result.columns[at] = r;
      result.weights[at] = weights[k];
    }
  }
  return result;
}

/** `left * right`, both sparse. */
export function multiplySparse(left: SparseRows, right: SparseRows): SparseRows {
  const rows: Map<number, number>[] = [];
  for (let r = 0; r + 1 < left.starts.length; r++) {
    const row = new Map<number, number>();
    for (let k = left.starts[r]; k < left.starts[r + 1]; k++) {
      const middle = left.columns[k];
      for (let m = right.starts[middle]; m < right.starts[middle + 1]; m++) {
        const column = right.columns[m];
        row.set(column, (row.get(column) ?? 0) + left.weights[k] * right.weights[m]);
      }
    }
    rows.push(row);
  }
  return sparseRows(rows);
}
