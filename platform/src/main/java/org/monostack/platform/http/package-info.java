/** Requests and responses: routing, the stages of the pipeline, errors. Knows no service. */
@NullMarked
package org.monostack.platform.http;

import org.jspecify.annotations.NullMarked;
