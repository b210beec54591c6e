// Draws many heads at once: what packages/core/src/render/preview.ts does, for pictures to learn from.
//
//   nvcc -O3 -use_fast_math -shared -Xcompiler -fPIC -arch=native render.cu -o librender.so
//   g++ -x c++ -O2 -fPIC -shared render.cu -o librender.so      (no GPU: one core, for tests)
#include <cmath>
#include <cstdint>
#include <cstring>

#ifdef __CUDACC__
#include <cuda_runtime.h>
#define DEVICE __device__ inline
#define RUN(count, body)                                                                        \
  launch<<<(unsigned)(((count) + 255) / 256), 256, 0, (cudaStream_t)stream>>>((long)(count), body)
template <class F> __global__ void launch(long count, F body) {
  long i = blockIdx.x * (long)blockDim.x + threadIdx.x;
  if (i < count) body(i);
}
#define BODY [=] __device__(long i)
DEVICE void raise(unsigned long long *at, unsigned long long value) { atomicMax(at, value); }
#else
#define DEVICE inline
#define RUN(count, body)                             \
  do {                                               \
    auto f = body;                                   \
    for (long n = 0; n < (long)(count); n++) f(n);   \
  } while (0)
#define BODY [=](long i)
DEVICE void raise(unsigned long long *at, unsigned long long value) {
  if (value > *at) *at = value;
}
#endif

// Numbers of one picture, in this order; see train_network.py.
enum {
  SKIN, IRIS, GAMMA, TINT, ROTATION = TINT + 3, TRANSLATION = ROTATION + 9, PHONG = TRANSLATION + 3, AMBIENT,
  LAMP = AMBIENT + 3, POSITION = LAMP + 3, STRENGTH = POSITION + 3, EXPONENT, HARMONICS, SCENE = HARMONICS + 27
};

DEVICE unsigned bits(float value) {
  unsigned result;
  memcpy(&result, &value, 4);
  return result;
}

DEVICE float inverseRoot(float v) { return 1 / sqrtf(v); }
DEVICE float linearOf(float s) { return s <= 0.04045f ? s / 12.92f : powf((s + 0.055f) / 1.055f, 2.4f); }
DEVICE float encoded(float v) {
  if (!(v > 0)) return 0;
  if (v >= 1) return 1;
  return v <= 0.0031308f ? v * 12.92f : 1.055f * powf(v, 1 / 2.4f) - 0.055f;
}

struct Sampled { float c[3]; };

/** Linear color of a texture at (u, v): bilinear in linear light, borders repeated; tint and gamma act on the bytes. */
DEVICE Sampled sample(const uint8_t *texels, int side, float u, float v, const float *tint, float gamma) {
  float x = fminf(fmaxf(u * side - 0.5f, 0), side - 1.0f), y = fminf(fmaxf(v * side - 0.5f, 0), side - 1.0f);
  int x0 = (int)x, y0 = (int)y, x1 = x0 + 1 < side ? x0 + 1 : x0, y1 = y0 + 1 < side ? y0 + 1 : y0;
  float fx = x - x0, fy = y - y0;
  const int at[4] = {y0 * side + x0, y0 * side + x1, y1 * side + x0, y1 * side + x1};
  const float weight[4] = {(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy};
  Sampled out = {{0, 0, 0}};
  for (int k = 0; k < 4; k++)
    for (int c = 0; c < 3; c++) {
      float s = texels[3 * at[k] + c] / 255.0f;
      if (tint) s = fminf(1, tint[c] * powf(s, gamma));
      out.c[c] += weight[k] * linearOf(s);
    }
  return out;
}

extern "C" {

/** Area-weighted normals, [B, V, 3]; `around` lists the triangles at each vertex, `first` [V + 1] where its list begins. */
void normals(long B, long V, const float *vertices, const int *triangles, const int *first, const int *around,
             float *out, void *stream) {
  RUN(B * V, (BODY {
    long b = i / V, v = i % V;
    const float *own = vertices + 3 * b * V;
    float sum[3] = {0, 0, 0};
    for (int k = first[v]; k < first[v + 1]; k++) {
      const int *t = triangles + 3 * around[k];
      const float *p = own + 3 * t[0], *q = own + 3 * t[1], *r = own + 3 * t[2];
      float a[3] = {q[0] - p[0], q[1] - p[1], q[2] - p[2]}, c[3] = {r[0] - p[0], r[1] - p[1], r[2] - p[2]};
      sum[0] += a[1] * c[2] - a[2] * c[1];
      sum[1] += a[2] * c[0] - a[0] * c[2];
      sum[2] += a[0] * c[1] - a[1] * c[0];
    }
    float gain = inverseRoot(fmaxf(sum[0] * sum[0] + sum[1] * sum[1] + sum[2] * sum[2], 1e-20f));
    for (int c = 0; c < 3; c++) out[3 * i + c] = gain * sum[c];
  }));
}

/**
 * Nearest triangle of each pixel, back faces left out. `projected` [B, V, 3]: pixel x, pixel y, 1 / depth.
 * `nearest` [B, side, side] starts as zeros: bits of 1 / depth, then the triangle's number plus one.
 */
void rasterize(long B, long V, long T, int side, const float *projected, const int *triangles,
               unsigned long long *nearest, void *stream) {
  RUN(B * T, (BODY {
    long b = i / T, t = i % T;
    const int *corners = triangles + 3 * t;
    const float *own = projected + 3 * b * V;
    const float *p = own + 3 * corners[0], *q = own + 3 * corners[1], *r = own + 3 * corners[2];
    // Counter-clockwise from outside is clockwise in a picture whose y points down.
    float area = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
    if (!(area < 0)) return;
    float left = fminf(p[0], fminf(q[0], r[0])), right = fmaxf(p[0], fmaxf(q[0], r[0]));
    float top = fminf(p[1], fminf(q[1], r[1])), bottom = fmaxf(p[1], fmaxf(q[1], r[1]));
    int x0 = (int)fmaxf(0, ceilf(left - 0.5f)), x1 = (int)fminf(side - 1.0f, floorf(right - 0.5f));
    int y0 = (int)fmaxf(0, ceilf(top - 0.5f)), y1 = (int)fminf(side - 1.0f, floorf(bottom - 0.5f));
    for (int y = y0; y <= y1; y++)
      for (int x = x0; x <= x1; x++) {
        float px = x + 0.5f, py = y + 0.5f;
        float u = ((q[0] - px) * (r[1] - py) - (q[1] - py) * (r[0] - px)) / area;
        float v = ((r[0] - px) * (p[1] - py) - (r[1] - py) * (p[0] - px)) / area;
        float w = 1 - u - v;
        if (u < 0 || v < 0 || w < 0) continue;
        float inverse = u * p[2] + v * q[2] + w * r[2];
        raise(nearest + (b * side + y) * side + x,
              ((unsigned long long)bits(inverse) << 32) | (unsigned)(t + 1));
      }
  }));
}

/**
 * Colors of the pixels, each the mean of `fine` x `fine` samples: `out` [B, 4, side, side], sRGB in [0, 1] and the covered share.
 * Skins [N, skinSide, skinSide, 3] bytes; the other parts' textures lie behind each other, `textureAt` [irises, parts] says where
 * (or -1: plain `color` [parts, 3], linear) and `textureSide` [parts] how large they are.
 */
void shade(long B, long V, int side, int fine, const unsigned long long *nearest, const float *vertices,
           const float *normal, const float *projected, const int *triangles, const int *uvTriangles, const float *uv,
           const int *partOf, int parts, const uint8_t *skins, int skinSide, const uint8_t *textures,
           const long *textureAt, const int *textureSide, const float *color, const float *scenes, float *out,
           void *stream) {
  RUN(B * side * side, (BODY {
    long b = i / (side * side), pixel = i % (side * side);
    int x = (int)(pixel % side), y = (int)(pixel / side), wide = side * fine;
    const float *s = scenes + b * SCENE, *P = projected + 3 * b * V, *X = vertices + 3 * b * V, *N = normal + 3 * b * V;
    const float *R = s + ROTATION, *t = s + TRANSLATION;
    float eye[3];
    for (int c = 0; c < 3; c++) eye[c] = -(R[c] * t[0] + R[3 + c] * t[1] + R[6 + c] * t[2]);
    float sum[3] = {0, 0, 0};
    int covered = 0;
    for (int sub = 0; sub < fine * fine; sub++) {
      int fx = x * fine + sub % fine, fy = y * fine + sub / fine;
      unsigned id = (unsigned)nearest[((long)b * wide + fy) * wide + fx];
      if (id == 0) continue;
      covered++;
      const int *T = triangles + 3 * (id - 1), *C = uvTriangles + 3 * (id - 1);
      const float *p = P + 3 * T[0], *q = P + 3 * T[1], *r = P + 3 * T[2];
      float px = fx + 0.5f, py = fy + 0.5f;
      float area = (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
      float w[3];
      w[0] = ((q[0] - px) * (r[1] - py) - (q[1] - py) * (r[0] - px)) / area;
      w[1] = ((r[0] - px) * (p[1] - py) - (r[1] - py) * (p[0] - px)) / area;
      w[2] = 1 - w[0] - w[1];
      w[0] *= p[2]; w[1] *= q[2]; w[2] *= r[2];
      float whole = w[0] + w[1] + w[2];
      float point[3] = {0, 0, 0}, n[3] = {0, 0, 0}, place[2] = {0, 0};
      for (int k = 0; k < 3; k++) {
        w[k] /= whole;
        for (int c = 0; c < 3; c++) {
          point[c] += w[k] * X[3 * T[k] + c];
          n[c] += w[k] * N[3 * T[k] + c];
        }
        for (int c = 0; c < 2; c++) place[c] += w[k] * uv[2 * C[k] + c];
      }
      float length = inverseRoot(fmaxf(n[0] * n[0] + n[1] * n[1] + n[2] * n[2], 1e-20f));
      for (int c = 0; c < 3; c++) n[c] *= length;
      int part = partOf[id - 1];
      long at = textureAt[(int)s[IRIS] * parts + part];
      Sampled albedo = {{color[3 * part], color[3 * part + 1], color[3 * part + 2]}};
      if (part == 0)
        albedo = sample(skins + (long)s[SKIN] * skinSide * skinSide * 3, skinSide, place[0], place[1], s + TINT, s[GAMMA]);
      else if (at >= 0)
        albedo = sample(textures + at, textureSide[part], place[0], place[1], nullptr, 1);
      float diffuse[3], shine = 0;
      if (s[PHONG] > 0) {
        float l[3], v[3], ll = 0, vv = 0, nl = 0, nv = 0, lv = 0;
        for (int c = 0; c < 3; c++) {
          l[c] = s[POSITION + c] - point[c];
          v[c] = eye[c] - point[c];
          ll += l[c] * l[c]; vv += v[c] * v[c]; nl += n[c] * l[c]; nv += n[c] * v[c]; lv += l[c] * v[c];
        }
        float toLight = inverseRoot(ll), toEye = inverseRoot(vv), cosine = nl * toLight;
        float mirrored = 2 * cosine * nv * toEye - lv * toLight * toEye;
        if (cosine > 0 && mirrored > 0) shine = s[STRENGTH] * powf(mirrored, s[EXPONENT]);
        for (int c = 0; c < 3; c++) diffuse[c] = s[AMBIENT + c] + s[LAMP + c] * fmaxf(0, cosine);
      } else {
        const float *h = s + HARMONICS;
        float X = n[0], Y = n[1], Z = n[2];
        for (int c = 0; c < 3; c++)
          diffuse[c] = fmaxf(0, h[c] + h[3 + c] * Y + h[6 + c] * Z + h[9 + c] * X + h[12 + c] * X * Y + h[15 + c] * Y * Z +
                                    h[18 + c] * (3 * Z * Z - 1) + h[21 + c] * X * Z + h[24 + c] * (X * X - Y * Y));
      }
      for (int c = 0; c < 3; c++) sum[c] += albedo.c[c] * diffuse[c] + (s[PHONG] > 0 ? s[LAMP + c] * shine : 0);
    }
    for (int c = 0; c < 3; c++) out[((4 * b + c) * side + y) * side + x] = covered ? encoded(sum[c] / covered) : 0;
    out[((4 * b + 3) * side + y) * side + x] = covered / (float)(fine * fine);
  }));
}

int sceneLength() { return SCENE; }
}
