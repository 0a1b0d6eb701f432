/** Routes, request checks and views of compute; one class per resource. */
@NullMarked
package org.monostack.compute.api;

import org.jspecify.annotations.NullMarked;
