package io.parktls.engine;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * An immutable list of codes of 16 bits, such as those of signature schemes. It takes 2 bytes for each, a list of boxed
 * numbers 20; an idle connection keeps such a list of its peer's.
 */
final class CodeList extends AbstractList<Integer> implements RandomAccess {
    private static final CodeList EMPTY = new CodeList(new char[0]);

    private final char[] codes;

    private CodeList(char[] codes) {
        this.codes = codes;
    }

    /**
     * Returns a list with the same codes.
     *
     * @throws IllegalArgumentException if a number has more than 16 bits
     */
    static CodeList copyOf(List<Integer> numbers) {
        if (numbers instanceof CodeList list) {
            return list;
        }
        if (numbers.isEmpty()) {
            return EMPTY;
        }
        char[] codes = new char[numbers.size()];
        for (int i = 0; i < codes.length; i++) {
            int number = numbers.get(i);
            if (number != (char) number) {
                throw new IllegalArgumentException("not a code of 16 bits: " + number);
            }
            codes[i] = (char) number;
        }
        return new CodeList(codes);
    }

    @Override
    public Integer get(int index) {
        return (int) codes[index];
    }

    @Override
    public int size() {
        return codes.length;
    }
}
