package org.monostack.benchmark.load;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.monostack.platform.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * What came back.
 *
 * @param headers names in lower case
 */
@SuppressWarnings("ArrayRecordComponent")
record Reply(int status, Map<String, String> headers, byte[] body) {

    boolean ok() {
        return status >= 200 && status < 300;
    }

    JsonNode json() {
        return Json.read(body);
    }

    /** The answer itself, if it is one of success. */
    Reply orFail(Call call) {
        if (!ok()) {
            throw new IllegalStateException(
                    call.method()
                            + " "
                            + call.url()
                            + " was answered with "
                            + status
                            + ": "
                            + new String(body, StandardCharsets.UTF_8));
        }
        return this;
    }
}
