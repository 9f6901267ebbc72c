package io.parktls.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.parktls.TlsStatus;
import io.parktls.bench.tool.Json;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void everyKindOfValue() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("list", Arrays.asList(1, 2.5, true, null, "text", TlsStatus.WANT_READ));
        map.put("empty", Map.of());

        assertEquals("{\"list\":[1,2.5,true,null,\"text\",\"WANT_READ\"],\"empty\":{}}", Json.of(map));
    }

    @Test
    void stringsAreEscaped() throws IOException {
        String odd =
                "quote \" backslash \\ newline \n nul \0 umlaut \u00e4 separator \u2028 pair \ud83d\ude00 lone \ud800";

        assertEquals(
                odd,
                JsonMapper.builder()
                        .build()
                        .readTree(Json.of(List.of(odd)))
                        .get(0)
                        .asText());
    }

    @Test
    void otherValuesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> Json.of(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Json.of(new Object()));
    }
}
