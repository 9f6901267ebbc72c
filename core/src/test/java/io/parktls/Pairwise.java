package io.parktls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Combinations of parameters in which each two values of two parameters occur together at least once. They are far
 * fewer than all combinations, and still find each defect that depends on one value or on two.
 */
public final class Pairwise {
    private static final int NONE = -1;

    private final int[] counts;

    /** The index of the first value of each parameter, where the values of all parameters are numbered together. */
    private final int[] offsets;

    private final int values;
    private final BitSet open = new BitSet();

    private Pairwise(int... counts) {
        this.counts = counts;
        offsets = new int[counts.length];
        for (int i = 1; i < counts.length; i++) {
            offsets[i] = offsets[i - 1] + counts[i - 1];
        }
        values = Arrays.stream(counts).sum();
    }

    /**
     * Returns combinations for parameters with these numbers of values. The result is always the same.
     *
     * @return arrays with the index of the value of each parameter
     */
    public static List<int[]> of(int... counts) {
        return new Pairwise(counts).combinations();
    }

    private List<int[]> combinations() {
        for (int a = 0; a < counts.length; a++) {
            for (int b = a + 1; b < counts.length; b++) {
                for (int v = 0; v < counts[a]; v++) {
                    for (int w = 0; w < counts[b]; w++) {
                        open.set(pair(a, v, b, w));
                    }
                }
            }
        }
        List<int[]> combinations = new ArrayList<>();
        while (!open.isEmpty()) {
            combinations.add(next(combinations.size()));
        }
        return combinations;
    }

    /** Returns a combination that has the first open pair and, greedily, as many others as possible. */
    private int[] next(int number) {
        int pair = open.nextSetBit(0);
        int[] chosen = new int[counts.length];
        Arrays.fill(chosen, NONE);
        choose(chosen, pair / values);
        choose(chosen, pair % values);
        for (int i = 0; i < counts.length; i++) {
            if (chosen[i] == NONE) {
                chosen[i] = best(chosen, i, number);
            }
        }
        for (int a = 0; a < counts.length; a++) {
            for (int b = a + 1; b < counts.length; b++) {
                open.clear(pair(a, chosen[a], b, chosen[b]));
            }
        }
        return chosen;
    }

    private void choose(int[] chosen, int value) {
        int parameter = counts.length - 1;
        while (offsets[parameter] > value) {
            parameter--;
        }
        chosen[parameter] = value - offsets[parameter];
    }

    private int best(int[] chosen, int parameter, int number) {
        // Values that are equally good take turns.
        return IntStream.range(0, counts[parameter])
                .map(i -> (i + number) % counts[parameter])
                .boxed()
                .max((v, w) -> Integer.compare(gain(chosen, parameter, v), gain(chosen, parameter, w)))
                .orElseThrow();
    }

    private int gain(int[] chosen, int parameter, int value) {
        return (int) IntStream.range(0, counts.length)
                .filter(i -> i != parameter && chosen[i] != NONE)
                .filter(i -> open.get(pair(parameter, value, i, chosen[i])))
                .count();
    }

    private int pair(int a, int v, int b, int w) {
        int first = offsets[a] + v;
        int second = offsets[b] + w;
        return Math.min(first, second) * values + Math.max(first, second);
    }
}
