package io.parktls.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CodeListTest {
    @Test
    void hasTheSameCodesInTheSameOrder() {
        List<Integer> numbers = List.of(0xFFFF, 0, 0x0804, 0x8000);

        List<Integer> codes = CodeList.copyOf(numbers);

        assertEquals(numbers, codes);
        assertEquals(numbers.hashCode(), codes.hashCode());
        assertSame(codes, CodeList.copyOf(codes));
    }

    @Test
    void anEmptyListIsShared() {
        assertSame(CodeList.copyOf(List.of()), CodeList.copyOf(List.of()));
    }

    @Test
    void cannotBeModified() {
        List<Integer> codes = CodeList.copyOf(List.of(1, 2));

        assertThrows(UnsupportedOperationException.class, () -> codes.set(0, 3));
        assertThrows(UnsupportedOperationException.class, () -> codes.add(3));
        assertThrows(IndexOutOfBoundsException.class, () -> codes.get(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0x10000})
    void aCodeHas16Bits(int number) {
        assertThrows(IllegalArgumentException.class, () -> CodeList.copyOf(List.of(number)));
    }
}
