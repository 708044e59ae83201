// The blocks of thermal_runaway alone.
static void sensor_offsets(SENSOR_OFFSETS *o, const Measurements *values, const Measurement *ambient, bool take) {
    o->Take = take;
    if (take && ambient->Ok) {
        o->Refused = 0;
        for (int i = 0; i < values->Count; i++) {
            if (!values->Ok[i])
                continue;
            float difference = values->Value[i] - ambient->Value;
            if (fabsf(difference) <= 5.0f)
                o->offset[i] = difference;
            else
                o->Refused++;
        }
    }
    o->Corrected = *values;
    for (int i = 0; i < values->Count; i++)
        o->Corrected.Value[i] = values->Value[i] - o->offset[i];
}

static void modules_over(MODULES_OVER *m, const Measurements *values, float limit, float beside, int64_t hold,
                         int64_t now) {
    m->Limit = limit;
    m->Beside = beside;
    m->Hold = hold;
    int count = 0, fresh = 0;
    bool confirms = false;
    for (int i = 0; i < values->Count; i++) {
        if (values->Ok[i]) {
            if (values->Sequence[i] != m->seen[i]) {
                m->seen[i] = values->Sequence[i];
                m->history[i] = (uint8_t)((m->history[i] << 1 | (values->Value[i] >= limit)) & 7);
            }
            m->lastOk[i] = now;
        }
        m->Counts[i] = now - m->lastOk[i] <= hold && (m->history[i] == 3 || m->history[i] > 4);
        if (m->Counts[i]) {
            count++;
            if (values->Ok[i])
                fresh++;
        }
    }
    for (int i = 1; i < values->Count; i++) {
        if ((m->Counts[i] && values->Ok[i - 1] && values->Value[i - 1] >= beside)
            || (m->Counts[i - 1] && values->Ok[i] && values->Value[i] >= beside))
            confirms = true;
    }
    m->Count = (int16_t)count;
    m->Fresh = (int16_t)fresh;
    m->NeighbourConfirms = confirms;
}

static void module_rise(MODULE_RISE *r, const Measurements *values, int64_t window, int64_t now) {
    r->Window = window;
    if (!r->begun || now >= r->due) {
        r->begun = true;
        r->due = now + window / 5;
        r->newest = (int16_t)((r->newest + 1) % 5);
        for (int i = 0; i < values->Count; i++) {
            r->earlier[r->newest][i] = values->Value[i];
            r->known[r->newest][i] = values->Ok[i];
        }
    }
    int oldest = (r->newest + 1) % 5;
    for (int i = 0; i < values->Count; i++)
        r->Rise[i] = r->known[oldest][i] ? values->Value[i] - r->earlier[oldest][i] : 0.0f;
}
